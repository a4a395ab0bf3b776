SELECT run FROM pruned WHERE NOT is_swept ORDER BY run LIMIT 50
