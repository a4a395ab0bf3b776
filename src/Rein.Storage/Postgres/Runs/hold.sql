INSERT INTO held (org, key, run)
SELECT * FROM unnest($1::uuid[], $2::text[], $3::uuid[])
