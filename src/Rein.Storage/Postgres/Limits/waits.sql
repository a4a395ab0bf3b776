SELECT
  b.run, b.key, l.max,
  (SELECT count(*) FROM held AS h WHERE h.org = b.org AND h.key = b.key),
  1 + (SELECT count(*) FROM (
    SELECT 1 FROM blocked AS o WHERE o.org = b.org AND o.key = b.key AND (o.rank, o.since, o.run) < (b.rank, b.since, b.run) LIMIT $2) AS before)
FROM blocked AS b
LEFT JOIN limits AS l ON l.org = b.org AND l.key = b.key
WHERE b.run = ANY($1)
ORDER BY b.run, b.key
