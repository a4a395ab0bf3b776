SELECT step, try, fence, session, worker, assigned_at, ended_at, outcome, proof, items, rate, fee, reported FROM attempts WHERE run = $1
UNION ALL
SELECT id, try, fence, session, worker, assigned_at, ended_at, outcome, proof, item_seq, rate, fee, reported FROM steps WHERE run = $1 AND fence IS NOT NULL
ORDER BY fence
