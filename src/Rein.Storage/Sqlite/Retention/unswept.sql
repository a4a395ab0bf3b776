SELECT run, stop IS NOT NULL FROM pruned WHERE is_swept = 0 ORDER BY run LIMIT 1
