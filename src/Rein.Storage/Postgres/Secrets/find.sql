SELECT org, name, key_id, value, set_at FROM secrets WHERE org = $1 AND name = ANY($2)
