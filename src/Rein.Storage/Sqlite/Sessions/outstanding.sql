-- A clean-up's own attempts go on under a wish. Outcomes 6 and 7: fenced, lost; an open session has none that a later try has taken the place of. The condition of the
-- index stands before it, word for word.
SELECT steps.run, steps.id, fence, session, 1, stop
FROM steps INDEXED BY steps_held
CROSS JOIN runs ON runs.id = steps.run
WHERE session = @session AND attempt_open = 1 AND stop IS NOT NULL AND cleanup_ends_at IS NULL
UNION ALL
SELECT steps.run, steps.id, fence, session, 0, stop
FROM steps INDEXED BY steps_unproved
CROSS JOIN runs ON runs.id = steps.run
WHERE worker = (SELECT worker FROM sessions WHERE id = @session) AND session = @session AND outcome <> 4 AND instr(coalesce(proof, ''), '"residuals":[]') = 0 AND outcome IN (6, 7) AND proof IS NULL
