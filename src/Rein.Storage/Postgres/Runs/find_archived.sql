SELECT try, fence, session, worker, assigned_at, ended_at, outcome, proof, items, rate, fee, reported
FROM attempts
WHERE run = $1 AND step = $2 AND fence = $3
