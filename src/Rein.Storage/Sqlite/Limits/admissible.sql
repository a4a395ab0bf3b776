-- From key to key of those that are waited for, however many wait under each, and no farther than is asked for: the chain is in order. A key without a limit has room for everybody.
-- The plus leaves the key without an affinity: with one, the index would be gone through from the beginning of its organization.
WITH RECURSIVE
  waited (org, key) AS (
    SELECT * FROM (SELECT org, key FROM blocked WHERE (org, key) > (@after_org, @after_key) ORDER BY org, key LIMIT 1)
    UNION ALL
    SELECT
      (SELECT b.org FROM blocked AS b WHERE (b.org, b.key) > (waited.org, +waited.key) ORDER BY b.org, b.key LIMIT 1),
      (SELECT b.key FROM blocked AS b WHERE (b.org, b.key) > (waited.org, +waited.key) ORDER BY b.org, b.key LIMIT 1)
    FROM waited
    WHERE org IS NOT NULL)
SELECT org, key
FROM waited
WHERE org IS NOT NULL
  AND NOT EXISTS (SELECT 1 FROM limits WHERE limits.org = waited.org AND limits.key = waited.key AND limits.held >= limits.max)
LIMIT @count
