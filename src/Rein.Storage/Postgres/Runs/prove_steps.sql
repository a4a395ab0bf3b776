WITH written AS (
  UPDATE steps AS s
  SET proof = w.proof
  FROM unnest($1::uuid[], $2::text[], $3::bigint[], $4::bytea[]) AS w(run, id, fence, proof)
  WHERE s.run = w.run AND s.id = w.id AND s.fence = w.fence AND NOT s.attempt_open
  RETURNING 1)
SELECT CASE WHEN count(*) = cardinality($1) THEN 0 ELSE refuse('ended steps') END FROM written
