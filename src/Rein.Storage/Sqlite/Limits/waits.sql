SELECT
  b.run, b.key, l.max, l.held,
  1 + (SELECT count(*) FROM (
    SELECT 1 FROM blocked AS o WHERE o.org = b.org AND o.key = b.key AND (o.rank, o.since, o.run) < (b.rank, b.since, b.run) LIMIT @most))
FROM blocked AS b
LEFT JOIN limits AS l ON l.org = b.org AND l.key = b.key
WHERE b.run = @run
ORDER BY b.key
