SELECT id FROM runs WHERE parent = @parent ORDER BY id LIMIT @count
