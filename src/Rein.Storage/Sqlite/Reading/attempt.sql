SELECT step, try, fence, session, worker, assigned_at, ended_at, outcome, proof, items, rate, fee, reported FROM attempts
WHERE run = @run AND step = @step AND fence = @fence
UNION ALL
SELECT id, try, fence, session, worker, assigned_at, ended_at, outcome, proof, item_seq, rate, fee, reported FROM steps
WHERE run = @run AND id = @step AND fence = @fence
