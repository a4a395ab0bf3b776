SELECT held.run, held.step, held.fence, held.session
FROM (
  SELECT run, step, fence, session FROM attempts WHERE run = @run AND step = @step AND fence = @fence AND worker = @worker
  UNION ALL
  SELECT run, id AS step, fence, session FROM steps WHERE run = @run AND id = @step AND fence = @fence AND worker = @worker
) AS held
JOIN runs ON runs.id = held.run
WHERE runs.org = @org
