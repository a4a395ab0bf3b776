SELECT step, try, fence, session, worker, assigned_at, ended_at, outcome, proof, items, rate, fee, reported FROM attempts WHERE run = @run
UNION ALL
SELECT id, try, fence, session, worker, assigned_at, ended_at, outcome, proof, item_seq, rate, fee, reported FROM steps WHERE run = @run AND fence IS NOT NULL
ORDER BY fence
