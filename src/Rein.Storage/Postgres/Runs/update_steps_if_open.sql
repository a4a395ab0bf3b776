-- A result that was not loaded is not overwritten; another attempt begins its items and its log anew.
WITH written AS (
  UPDATE steps AS s
  SET
    state = w.state, tries = w.tries, due_at = w.due_at, is_due = w.is_due, arrived = w.arrived, enabling = w.enabling, child = w.child,
    result = coalesce(w.result, s.result), error = w.error, try = w.try,
    item_seq = CASE WHEN s.fence IS NOT DISTINCT FROM w.fence THEN s.item_seq ELSE 0 END,
    log_seq = CASE WHEN s.fence IS NOT DISTINCT FROM w.fence THEN s.log_seq ELSE 0 END,
    log_bytes = CASE WHEN s.fence IS NOT DISTINCT FROM w.fence THEN s.log_bytes ELSE 0 END,
    fence = w.fence, attempt_open = w.attempt_open, session = w.session, worker = w.worker, assigned_at = w.assigned_at, ended_at = w.ended_at,
    outcome = w.outcome, proof = w.proof, rate = w.rate, fee = w.fee, reported = w.reported
  FROM unnest(
    $1::uuid[], $2::text[], $3::integer[], $4::integer[], $5::bigint[], $6::boolean[], $7::integer[], $8::integer[], $9::uuid[], $10::bytea[],
    $11::text[], $12::integer[], $13::bigint[], $14::boolean[], $15::uuid[], $16::text[], $17::bigint[], $18::bigint[], $19::integer[], $20::bytea[],
    $21::bigint[], $22::bigint[], $23::bigint[])
    AS w(
      run, id, state, tries, due_at, is_due, arrived, enabling, child, result, error, try, fence, attempt_open, session, worker, assigned_at, ended_at,
      outcome, proof, rate, fee, reported)
  WHERE s.run = w.run AND s.id = w.id AND s.state < 4
  RETURNING 1)
SELECT CASE WHEN count(*) = cardinality($1) THEN 0 ELSE refuse('steps') END FROM written
