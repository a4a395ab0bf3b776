WITH deleted AS (
  DELETE FROM loop_pages AS p
  USING unnest($1::uuid[], $2::text[], $3::integer[]) AS w(run, step, first)
  WHERE p.run = w.run AND p.step = w.step AND p.first = w.first
  RETURNING 1)
SELECT CASE WHEN count(*) = cardinality($1) THEN 0 ELSE refuse('items of loops') END FROM deleted
