INSERT INTO steps (
  run, id, state, tries, due_at, is_due, arrived, enabling, child, result, error, try, fence, attempt_open, session, worker, assigned_at, ended_at, outcome, proof,
  rate, fee, reported)
SELECT *
FROM unnest(
  $1::uuid[], $2::text[], $3::integer[], $4::integer[], $5::bigint[], $6::boolean[], $7::integer[], $8::integer[], $9::uuid[], $10::bytea[], $11::text[],
  $12::integer[], $13::bigint[], $14::boolean[], $15::uuid[], $16::text[], $17::bigint[], $18::bigint[], $19::integer[], $20::bytea[],
  $21::bigint[], $22::bigint[], $23::bigint[])
