INSERT INTO receipt_entries (run, n, org, kind, body, hash)
SELECT * FROM unnest($1::uuid[], $2::integer[], $3::uuid[], $4::integer[], $5::bytea[], $6::bytea[])
