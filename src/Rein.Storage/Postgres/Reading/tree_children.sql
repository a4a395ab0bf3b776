SELECT id FROM runs WHERE parent = $1 AND NOT is_detached ORDER BY id LIMIT $2
