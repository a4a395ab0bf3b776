SELECT org, name, key_id, value, set_at FROM secrets WHERE org = @org AND name = @name
