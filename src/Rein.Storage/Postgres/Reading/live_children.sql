SELECT id FROM runs WHERE parent = $1 AND ended_at IS NULL AND NOT is_detached ORDER BY id LIMIT $2
