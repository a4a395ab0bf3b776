SELECT run, n, hash FROM receipt_entries WHERE org = @org AND place IS NULL ORDER BY run, n LIMIT @count
