-- A clean-up's own attempts go on under a wish. Outcomes 6 and 7: fenced, lost; an open session has none that a later try has taken the place of. The condition of the
-- index stands before it, word for word.
SELECT s.run, s.id, s.fence, s.session, true, r.stop, micros()
FROM steps AS s
JOIN runs AS r ON r.id = s.run
WHERE s.session = $1 AND s.attempt_open AND r.stop IS NOT NULL AND r.cleanup_ends_at IS NULL
UNION ALL
SELECT s.run, s.id, s.fence, s.session, false, r.stop, micros()
FROM steps AS s
JOIN runs AS r ON r.id = s.run
WHERE s.worker = (SELECT worker FROM sessions WHERE id = $1) AND s.session = $1
  AND s.outcome <> 4 AND position('"residuals":[]'::bytea IN coalesce(s.proof, ''::bytea)) = 0 AND s.outcome IN (6, 7) AND s.proof IS NULL
