SELECT id, try, fence, session, worker, assigned_at, ended_at, outcome, proof, item_seq, rate, fee, reported FROM steps WHERE run = $1 AND attempt_open
ORDER BY fence
