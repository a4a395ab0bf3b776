-- From key to key of those that are waited for, however many wait under each. A key without a limit has room for everybody.
WITH RECURSIVE
  orgs (org) AS (
    SELECT (SELECT b.org FROM blocked AS b WHERE b.org >= $1 ORDER BY b.org LIMIT 1)
    UNION ALL
    SELECT (SELECT b.org FROM blocked AS b WHERE b.org > orgs.org ORDER BY b.org LIMIT 1) FROM orgs WHERE orgs.org IS NOT NULL),
  waited (org, key) AS (
    SELECT orgs.org, (SELECT min(b.key) FROM blocked AS b WHERE b.org = orgs.org AND b.key > CASE WHEN orgs.org = $1 THEN $2 ELSE '' END) FROM orgs WHERE orgs.org IS NOT NULL
    UNION ALL
    SELECT waited.org, (SELECT min(b.key) FROM blocked AS b WHERE b.org = waited.org AND b.key > waited.key) FROM waited WHERE waited.key IS NOT NULL)
SELECT w.org, w.key
FROM waited AS w
WHERE w.key IS NOT NULL
  AND NOT EXISTS (
    SELECT 1
    FROM limits AS l
    WHERE l.org = w.org AND l.key = w.key AND (SELECT count(*) FROM held AS h WHERE h.org = l.org AND h.key = l.key) >= l.max)
ORDER BY w.org, w.key
LIMIT $3
