INSERT INTO runs (
  id, org, definition, workflow, version, limit_keys, priority, parent, parent_step, is_detached, source, created_at, deadline_at, queue_ends_at,
  state, cause, error, stop, pause, cleanup_ends_at, revision, open, active, ready, unproved, killed, handed_out,
  succeeded_steps, failed_steps, tolerated_failures, lost_worker, has_begun, is_blocked, children, started_at, ended_at, changed_at, due_at, used, items,
  credits, budget, pool)
SELECT *
FROM unnest(
  $1::uuid[], $2::uuid[], $3::bytea[], $4::text[], $5::integer[], $6::bytea[], $7::integer[], $8::uuid[], $9::text[], $10::boolean[], $11::uuid[],
  $12::bigint[], $13::bigint[], $14::bigint[],
  $15::integer[], $16::integer[], $17::text[], $18::bytea[], $19::bytea[], $20::bigint[], $21::bigint[], $22::integer[], $23::integer[], $24::integer[],
  $25::integer[], $26::integer[], $27::integer[], $28::integer[], $29::integer[], $30::integer[], $31::boolean[], $32::boolean[], $33::boolean[],
  $34::integer[], $35::bigint[], $36::bigint[], $37::bigint[], $38::bigint[], $39::bigint[], $40::bigint[], $41::bigint[], $42::bytea[], $43::text[])
