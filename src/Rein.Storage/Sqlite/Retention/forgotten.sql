SELECT run FROM pruned WHERE stop IS NULL AND at <= @before AND is_swept = 1 LIMIT @count
