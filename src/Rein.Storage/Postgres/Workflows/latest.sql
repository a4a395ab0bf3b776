SELECT id, org, name, version, definition, max_running, saved_at, max_running FROM workflows WHERE org = $1 AND name = $2 ORDER BY version DESC LIMIT 1
