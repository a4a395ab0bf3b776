SELECT place, run, n, body, hash, link FROM receipt_entries WHERE org = $1 AND place > $2 ORDER BY place LIMIT $3
