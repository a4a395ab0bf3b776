SELECT run, n, hash FROM receipt_entries WHERE org = $1 AND place IS NULL ORDER BY run, n LIMIT $2
