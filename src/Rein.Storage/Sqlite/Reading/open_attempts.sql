SELECT id, try, fence, session, worker, assigned_at, ended_at, outcome, proof, item_seq, rate, fee, reported FROM steps WHERE run = @run AND attempt_open = 1
ORDER BY fence
