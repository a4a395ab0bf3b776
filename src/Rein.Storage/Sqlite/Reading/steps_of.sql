SELECT
  id, state, tries, due_at, is_due, arrived, enabling, child, error, try, fence, session, worker, assigned_at, ended_at, outcome, proof, item_seq, rate, fee, reported, result
FROM steps
WHERE run = @run AND id IN (SELECT value FROM json_each(@steps))
ORDER BY id
