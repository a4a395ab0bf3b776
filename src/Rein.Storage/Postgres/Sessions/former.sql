-- The condition of the two indices, word for word. Outcomes 6 and 7: fenced, lost.
SELECT held.run, held.step, held.fence, held.session
FROM sessions AS w
CROSS JOIN LATERAL (
  SELECT run, id AS step, fence, session FROM steps
  WHERE worker = w.worker AND outcome <> 4 AND position('"residuals":[]'::bytea IN coalesce(proof, ''::bytea)) = 0 AND outcome IN (6, 7) AND proof IS NULL AND session <> w.id
  UNION ALL
  SELECT run, step, fence, session FROM attempts
  WHERE worker = w.worker AND outcome <> 4 AND position('"residuals":[]'::bytea IN coalesce(proof, ''::bytea)) = 0 AND outcome IN (6, 7) AND proof IS NULL AND session <> w.id
) AS held
JOIN runs AS r ON r.id = held.run
WHERE w.id = $1 AND (w.org IS NULL OR r.org = w.org)
ORDER BY held.run, held.fence
LIMIT $2
