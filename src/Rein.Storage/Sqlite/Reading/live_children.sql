SELECT id FROM runs WHERE parent = @parent AND ended_at IS NULL AND is_detached = 0 ORDER BY id LIMIT @count
