SELECT id, org, name, version, definition, max_running, saved_at, max_running
FROM workflows
WHERE org = @org AND name > @after
  AND version = (SELECT max(version) FROM workflows AS later WHERE later.org = workflows.org AND later.name = workflows.name)
ORDER BY name
LIMIT @count OFFSET @skip
