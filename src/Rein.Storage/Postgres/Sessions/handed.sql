SELECT w.run, w.step, w.fence, held.session
FROM unnest($3::uuid[], $4::text[], $5::bigint[]) AS w(run, step, fence)
JOIN runs AS r ON r.id = w.run AND r.org = $1
CROSS JOIN LATERAL (
  SELECT a.session FROM attempts AS a WHERE a.run = w.run AND a.step = w.step AND a.fence = w.fence AND a.worker = $2
  UNION ALL
  SELECT s.session FROM steps AS s WHERE s.run = w.run AND s.id = w.step AND s.fence = w.fence AND s.worker = $2
) AS held
