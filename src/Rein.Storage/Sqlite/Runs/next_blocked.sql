SELECT run
FROM blocked AS b
WHERE b.org = @org AND b.key = @key
  AND NOT EXISTS (
    SELECT 1
    FROM blocked AS o
    LEFT JOIN limits AS l ON l.org = o.org AND l.key = o.key
    WHERE o.run = b.run AND o.key <> b.key
      AND (o.key IN (SELECT value FROM json_each(@full)) OR (o.key NOT IN (SELECT value FROM json_each(@free)) AND l.held >= l.max)))
ORDER BY rank, since, run
LIMIT @count
