SELECT
  l.org, l.key, l.max,
  (SELECT count(*) FROM held AS h WHERE h.org = l.org AND h.key = l.key),
  (SELECT count(*) FROM blocked AS b WHERE b.org = l.org AND b.key = l.key)
FROM limits AS l
WHERE l.org = $1 AND l.key = $2
