SELECT
  run, id, state, tries, due_at, is_due, arrived, enabling, child, error, try, fence, session, worker, assigned_at, ended_at, outcome, proof, item_seq, rate, fee, reported, NULL::bytea
FROM steps
WHERE run = ANY($1) AND state < 4
