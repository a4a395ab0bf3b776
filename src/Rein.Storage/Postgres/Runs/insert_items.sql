INSERT INTO items (run, fence, step, seq, json)
SELECT * FROM unnest($1::uuid[], $2::bigint[], $3::text[], $4::bigint[], $5::bytea[])
