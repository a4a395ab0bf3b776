INSERT INTO workflows (id, org, name, version, definition, max_running, saved_at) VALUES ($1, $2, $3, $4, $5, $6, $7)
