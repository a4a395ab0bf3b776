SELECT run FROM blocked WHERE org = @org AND key = @key ORDER BY rank, since, run LIMIT @count
