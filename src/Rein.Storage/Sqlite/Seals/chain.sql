SELECT place, run, n, body, hash, link FROM receipt_entries WHERE org = @org AND place > @after ORDER BY place LIMIT @count
