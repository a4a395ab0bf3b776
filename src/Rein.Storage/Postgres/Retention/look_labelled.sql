-- The same of runs with a label. $2: ended before, $3: as old as this run, or older. What holds of a run that has ended keeps holding, so nothing is locked to see it.
SELECT
  r.id, r.definition,
  r.workflow IS NULL,
  r.ended_at IS NOT NULL AND r.unproved = 0 AND (r.ended_at <= $2 OR r.id <= $3)
    AND NOT EXISTS (SELECT 1 FROM duties AS d WHERE d.run = r.id)
    AND NOT EXISTS (SELECT 1 FROM runs AS child WHERE child.parent = r.id)
    AND NOT EXISTS (SELECT 1 FROM runs AS p WHERE p.id = r.parent AND (p.ended_at IS NULL OR NOT (p.ended_at <= $2 OR p.id <= $3)))
FROM labels AS l
JOIN runs AS r ON r.id = l.run
WHERE l.org = $1 AND l.name = $7 AND l.value = $8 AND l.run > $4 AND r.org = $1 AND r.id > $4 AND (r.id < $5 OR r.id <= $3)
ORDER BY l.run
LIMIT $6
