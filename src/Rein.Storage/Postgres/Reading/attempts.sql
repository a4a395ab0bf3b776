SELECT step, try, fence, session, worker, assigned_at, ended_at, outcome, proof, items FROM attempts WHERE run = $1
UNION ALL
SELECT id, try, fence, session, worker, assigned_at, ended_at, outcome, proof, item_seq FROM steps WHERE run = $1 AND fence IS NOT NULL
ORDER BY fence
