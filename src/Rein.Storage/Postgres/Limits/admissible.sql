-- From key to key of those that are waited for, however many wait under each, and no farther than is asked for: the chain is in order. A key without a limit has room for everybody.
WITH RECURSIVE
  waited (org, key) AS (
    (SELECT b.org, b.key FROM blocked AS b WHERE (b.org, b.key) > ($1, $2) ORDER BY b.org, b.key LIMIT 1)
    UNION ALL
    SELECT next.org, next.key
    FROM waited AS w
    CROSS JOIN LATERAL (SELECT b.org, b.key FROM blocked AS b WHERE (b.org, b.key) > (w.org, w.key) ORDER BY b.org, b.key LIMIT 1) AS next)
SELECT w.org, w.key
FROM waited AS w
WHERE coalesce(
  (SELECT (SELECT count(*) FROM held AS h WHERE h.org = l.org AND h.key = l.key) < l.max FROM limits AS l WHERE l.org = w.org AND l.key = w.key), true)
LIMIT $3
