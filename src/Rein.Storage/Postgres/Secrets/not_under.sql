SELECT org, name, key_id, value, set_at FROM secrets WHERE key_id <> $1 ORDER BY org, name
