SELECT
  id, definition,
  workflow IS NULL,
  ended_at IS NOT NULL AND unproved = 0 AND (ended_at <= @ended_before OR id <= @beyond)
    AND id NOT IN (SELECT run FROM duties)
    AND NOT EXISTS (SELECT 1 FROM runs AS child WHERE child.parent = r.id)
    AND NOT EXISTS (
      SELECT 1 FROM runs AS p
      WHERE p.id = r.parent AND (p.ended_at IS NULL OR NOT (p.ended_at <= @ended_before OR p.id <= @beyond)))
FROM labels CROSS JOIN runs AS r ON r.id = labels.run
WHERE labels.org = @org AND name = @name AND value = @value AND labels.run > @after AND r.org = @org AND id > @after AND (id < @created_before OR id <= @beyond)
ORDER BY labels.run
LIMIT @look
