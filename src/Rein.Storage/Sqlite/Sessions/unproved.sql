-- Outcomes 6 and 7: fenced, lost.
SELECT held.run, held.step, held.fence, held.session
FROM (
  SELECT run, id AS step, fence, session FROM steps INDEXED BY steps_unproved WHERE worker = @worker AND outcome IN (6, 7) AND proof IS NULL
  UNION ALL
  SELECT run, step, fence, session FROM attempts INDEXED BY attempts_unproved WHERE worker = @worker AND outcome IN (6, 7) AND proof IS NULL
) AS held
JOIN runs ON runs.id = held.run
WHERE @org IS NULL OR runs.org = @org
ORDER BY held.run, held.fence
LIMIT @count
