SELECT l.org, l.key
FROM limits AS l
WHERE EXISTS (SELECT 1 FROM blocked AS b WHERE b.org = l.org AND b.key = l.key)
  AND (SELECT count(*) FROM held AS h WHERE h.org = l.org AND h.key = l.key) < l.max
LIMIT $1
