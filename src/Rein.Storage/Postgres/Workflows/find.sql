SELECT id, org, name, version, definition, max_running, saved_at FROM workflows WHERE org = $1 AND name = $2 AND version = $3
