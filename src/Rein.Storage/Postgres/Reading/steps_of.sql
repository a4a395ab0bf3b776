SELECT
  run, id, state, tries, due_at, is_due, arrived, enabling, child, error, try, fence, session, worker, assigned_at, ended_at, outcome, proof, item_seq, rate, fee, reported, result
FROM steps
WHERE run = $1 AND id = ANY($2)
ORDER BY id
