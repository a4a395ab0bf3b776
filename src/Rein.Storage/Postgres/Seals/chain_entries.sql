WITH written AS (
  UPDATE receipt_entries AS e
  SET place = w.place, link = w.link
  FROM unnest($1::uuid[], $2::integer[], $3::bigint[], $4::bytea[]) AS w(run, n, place, link)
  WHERE e.run = w.run AND e.n = w.n AND e.place IS NULL
  RETURNING 1)
SELECT CASE WHEN count(*) = cardinality($1) THEN 0 ELSE refuse('loose receipt entries') END FROM written
