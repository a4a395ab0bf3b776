SELECT org, name, key_id, x'', set_at FROM secrets WHERE org = @org ORDER BY name
