INSERT INTO attempts (run, step, fence, try, session, worker, assigned_at, ended_at, outcome, proof, items)
VALUES (@run, @step, @fence, @try, @session, @worker, @assigned_at, @ended_at, @outcome, @proof, @items)
ON CONFLICT DO UPDATE SET proof = excluded.proof
