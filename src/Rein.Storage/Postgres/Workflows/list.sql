SELECT id, org, name, version, definition, max_running, saved_at, max_running
FROM workflows
WHERE org = $1 AND name > $2
  AND version = (SELECT max(version) FROM workflows AS later WHERE later.org = workflows.org AND later.name = workflows.name)
ORDER BY name
LIMIT $3 OFFSET $4
