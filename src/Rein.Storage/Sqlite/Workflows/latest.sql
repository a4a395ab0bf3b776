SELECT id, org, name, version, definition, max_running, saved_at, max_running FROM workflows WHERE org = @org AND name = @name ORDER BY version DESC LIMIT 1
