INSERT INTO stop_requests (run, n, body)
SELECT * FROM unnest($1::uuid[], $2::integer[], $3::bytea[])
