SELECT run, max(n) FROM receipt_entries WHERE run = ANY($1) GROUP BY run
