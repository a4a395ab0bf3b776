INSERT INTO attempts (run, step, fence, try, session, worker, assigned_at, ended_at, outcome, proof, items, rate, fee, reported)
VALUES (@run, @step, @fence, @try, @session, @worker, @assigned_at, @ended_at, @outcome, @proof, @items, @rate, @fee, @reported)
ON CONFLICT DO UPDATE SET proof = excluded.proof
