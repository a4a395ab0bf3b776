-- The condition of the two indices, word for word. Outcome 4: it never began.
SELECT held.run, held.step, held.fence, held.session
FROM (
  SELECT run, id AS step, fence, session FROM steps INDEXED BY steps_unproved WHERE worker = @worker AND outcome <> 4 AND instr(coalesce(proof, ''), '"residuals":[]') = 0
  UNION ALL
  SELECT run, step, fence, session FROM attempts INDEXED BY attempts_unproved WHERE worker = @worker AND outcome <> 4 AND instr(coalesce(proof, ''), '"residuals":[]') = 0
) AS held
JOIN runs ON runs.id = held.run
WHERE @org IS NULL OR runs.org = @org
ORDER BY held.run, held.fence
LIMIT @count
