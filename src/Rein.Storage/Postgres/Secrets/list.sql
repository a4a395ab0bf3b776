SELECT org, name, key_id, ''::bytea, set_at FROM secrets WHERE org = $1 ORDER BY name
