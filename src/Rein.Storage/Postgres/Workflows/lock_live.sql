SELECT id, limit_keys FROM runs WHERE org = $1 AND workflow = $2 AND ended_at IS NULL ORDER BY id FOR NO KEY UPDATE
