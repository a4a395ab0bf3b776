SELECT id FROM runs WHERE parent = @parent AND is_detached = 0 ORDER BY id LIMIT @count
