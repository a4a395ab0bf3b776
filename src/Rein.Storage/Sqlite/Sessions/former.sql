-- The condition of the two indices, word for word. Outcomes 6 and 7: fenced, lost.
SELECT held.run, held.step, held.fence, held.session
FROM sessions
CROSS JOIN (
  SELECT run, id AS step, fence, session FROM steps INDEXED BY steps_unproved
  WHERE worker = (SELECT worker FROM sessions WHERE id = @session) AND outcome <> 4 AND instr(coalesce(proof, ''), '"residuals":[]') = 0 AND outcome IN (6, 7) AND proof IS NULL AND session <> @session
  UNION ALL
  SELECT run, step, fence, session FROM attempts INDEXED BY attempts_unproved
  WHERE worker = (SELECT worker FROM sessions WHERE id = @session) AND outcome <> 4 AND instr(coalesce(proof, ''), '"residuals":[]') = 0 AND outcome IN (6, 7) AND proof IS NULL AND session <> @session
) AS held
JOIN runs ON runs.id = held.run
WHERE sessions.id = @session AND (sessions.org IS NULL OR runs.org = sessions.org)
ORDER BY held.run, held.fence
LIMIT @count
