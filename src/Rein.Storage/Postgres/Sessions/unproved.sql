-- The condition of the two indices, word for word. Outcome 4: it never began.
SELECT held.run, held.step, held.fence, held.session
FROM (
  SELECT run, id AS step, fence, session FROM steps WHERE worker = $1 AND outcome <> 4 AND position('"residuals":[]'::bytea IN coalesce(proof, ''::bytea)) = 0
  UNION ALL
  SELECT run, step, fence, session FROM attempts WHERE worker = $1 AND outcome <> 4 AND position('"residuals":[]'::bytea IN coalesce(proof, ''::bytea)) = 0
) AS held
JOIN runs ON runs.id = held.run
WHERE $2::uuid IS NULL OR runs.org = $2
ORDER BY held.run, held.fence
LIMIT $3
