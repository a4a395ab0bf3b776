-- Counted, and not looked for: a condition that could be made a join is made one, and goes through the whole queue.
SELECT b.run
FROM blocked AS b
WHERE b.org = $1 AND b.key = $2
  AND (
    SELECT count(*)
    FROM blocked AS o
    WHERE o.run = b.run AND o.key <> b.key
      AND (o.key = ANY ($5) OR (o.key <> ALL ($4)
        AND (SELECT l.max FROM limits AS l WHERE l.org = o.org AND l.key = o.key)
          <= (SELECT count(*) FROM held AS h WHERE h.org = o.org AND h.key = o.key)))) = 0
ORDER BY b.rank, b.since, b.run
LIMIT $3
