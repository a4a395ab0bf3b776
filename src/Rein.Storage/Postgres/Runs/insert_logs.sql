INSERT INTO logs (run, fence, step, seq, at, text)
SELECT * FROM unnest($1::uuid[], $2::bigint[], $3::text[], $4::bigint[], $5::bigint[], $6::bytea[])
