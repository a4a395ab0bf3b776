SELECT try, fence, session, worker, assigned_at, ended_at, outcome, proof, items, rate, fee, reported
FROM attempts
WHERE run = @run AND step = @step AND fence = @fence
