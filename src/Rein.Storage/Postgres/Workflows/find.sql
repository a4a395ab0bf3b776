SELECT
  id, org, name, version, definition, max_running, saved_at,
  (SELECT later.max_running FROM workflows AS later WHERE later.org = workflows.org AND later.name = workflows.name ORDER BY later.version DESC LIMIT 1)
FROM workflows
WHERE org = $1 AND name = $2 AND version = $3
