WITH written AS (
  UPDATE steps AS s
  SET item_seq = w.item_seq, log_seq = w.log_seq, log_bytes = w.log_bytes
  FROM unnest($1::uuid[], $2::text[], $3::bigint[], $4::bigint[], $5::bigint[], $6::bigint[]) AS w(run, id, fence, item_seq, log_seq, log_bytes)
  WHERE s.run = w.run AND s.id = w.id AND s.fence = w.fence AND s.state = 2
  RETURNING 1)
SELECT CASE WHEN count(*) = cardinality($1) THEN 0 ELSE refuse('attempts') END FROM written
