INSERT INTO extras (run, org, alias, json)
SELECT * FROM unnest($1::uuid[], $2::uuid[], $3::text[], $4::bytea[])
