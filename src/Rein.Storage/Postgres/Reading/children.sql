SELECT id FROM runs WHERE parent = $1 ORDER BY id LIMIT $2
