WITH written AS (
  UPDATE runs AS r
  SET
    state = w.state, cause = w.cause, error = w.error, stop = w.stop, pause = w.pause, cleanup_ends_at = w.cleanup_ends_at, revision = w.revision,
    open = w.open, active = w.active, ready = w.ready, unproved = w.unproved, killed = w.killed, handed_out = w.handed_out,
    succeeded_steps = w.succeeded_steps, failed_steps = w.failed_steps, tolerated_failures = w.tolerated_failures,
    lost_worker = w.lost_worker, has_begun = w.has_begun, is_blocked = w.is_blocked, children = w.children,
    started_at = w.started_at, ended_at = w.ended_at, changed_at = w.changed_at, due_at = w.due_at, used = w.used, items = w.items,
    credits = w.credits, budget = w.budget
  FROM unnest(
    $1::uuid[], $2::bigint[], $3::integer[], $4::integer[], $5::text[], $6::bytea[], $7::bytea[], $8::bigint[], $9::bigint[], $10::integer[],
    $11::integer[], $12::integer[], $13::integer[], $14::integer[], $15::integer[], $16::integer[], $17::integer[], $18::integer[], $19::boolean[],
    $20::boolean[], $21::boolean[], $22::integer[], $23::bigint[], $24::bigint[], $25::bigint[], $26::bigint[], $27::bigint[], $28::bigint[],
    $29::bigint[], $30::bytea[])
    AS w(
      id, before, state, cause, error, stop, pause, cleanup_ends_at, revision, open, active, ready, unproved, killed, handed_out, succeeded_steps,
      failed_steps, tolerated_failures, lost_worker, has_begun, is_blocked, children, started_at, ended_at, changed_at, due_at, used, items, credits, budget)
  WHERE r.id = w.id AND r.revision = w.before AND r.state < 3
  RETURNING 1)
SELECT CASE WHEN count(*) = cardinality($1) THEN 0 ELSE refuse('runs') END FROM written
