INSERT INTO inputs (run, json)
SELECT * FROM unnest($1::uuid[], $2::bytea[])
