-- The receipt lists the last try at each step too.
INSERT INTO attempts (run, step, fence, try, session, worker, assigned_at, ended_at, outcome, proof, items, rate, fee, reported)
SELECT run, id, fence, try, session, worker, assigned_at, ended_at, outcome, proof, item_seq, rate, fee, reported
FROM (SELECT * FROM steps WHERE run = @run ORDER BY id LIMIT @count)
WHERE fence IS NOT NULL
ON CONFLICT DO NOTHING
