-- From key to key of those that are waited for, however many wait under each. A key without a limit has room for everybody.
WITH RECURSIVE
  orgs (org) AS (
    SELECT min(org) FROM blocked WHERE org >= @after_org
    UNION ALL
    SELECT (SELECT min(blocked.org) FROM blocked WHERE blocked.org > orgs.org) FROM orgs WHERE org IS NOT NULL),
  waited (org, key) AS (
    SELECT org, (SELECT min(key) FROM blocked WHERE blocked.org = orgs.org AND blocked.key > CASE WHEN orgs.org = @after_org THEN @after_key ELSE '' END)
    FROM orgs WHERE org IS NOT NULL
    UNION ALL
    SELECT org, (SELECT min(key) FROM blocked WHERE blocked.org = waited.org AND blocked.key > waited.key) FROM waited WHERE key IS NOT NULL)
SELECT org, key
FROM waited
WHERE key IS NOT NULL
  AND NOT EXISTS (SELECT 1 FROM limits WHERE limits.org = waited.org AND limits.key = waited.key AND limits.held >= limits.max)
ORDER BY org, key
LIMIT @count
