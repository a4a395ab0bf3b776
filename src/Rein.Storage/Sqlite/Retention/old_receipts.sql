SELECT run FROM pruned WHERE stop IS NOT NULL AND ended_at <= @before AND is_swept = 1 LIMIT @count
