INSERT INTO attempts (run, step, fence, try, session, worker, assigned_at, ended_at, outcome, proof, items, rate, fee, reported)
SELECT *
FROM unnest(
  $1::uuid[], $2::text[], $3::bigint[], $4::integer[], $5::uuid[], $6::text[], $7::bigint[], $8::bigint[], $9::integer[], $10::bytea[], $11::bigint[],
  $12::bigint[], $13::bigint[], $14::bigint[])
ON CONFLICT (run, step, fence) DO UPDATE SET proof = excluded.proof
