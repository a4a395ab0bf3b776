INSERT INTO duties (kind, run, org, due_at)
SELECT * FROM unnest($1::integer[], $2::uuid[], $3::uuid[], $4::bigint[])
