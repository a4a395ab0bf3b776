WITH written AS (
  UPDATE runs AS r
  SET revision = w.revision, changed_at = w.changed_at, unproved = w.unproved, killed = w.killed, handed_out = w.handed_out
  FROM unnest($1::uuid[], $2::bigint[], $3::bigint[], $4::bigint[], $5::integer[], $6::integer[], $7::integer[])
    AS w(id, before, revision, changed_at, unproved, killed, handed_out)
  WHERE r.id = w.id AND r.revision = w.before AND r.state >= 3
  RETURNING 1)
SELECT CASE WHEN count(*) = cardinality($1) THEN 0 ELSE refuse('ended runs') END FROM written
