-- Outcomes 6 and 7: fenced, lost.
SELECT held.run, held.step, held.fence, held.session
FROM (
  SELECT run, id AS step, fence, session FROM steps WHERE worker = $1 AND outcome IN (6, 7) AND proof IS NULL
  UNION ALL
  SELECT run, step, fence, session FROM attempts WHERE worker = $1 AND outcome IN (6, 7) AND proof IS NULL
) AS held
JOIN runs ON runs.id = held.run
WHERE $2::uuid IS NULL OR runs.org = $2
ORDER BY held.run, held.fence
LIMIT $3
