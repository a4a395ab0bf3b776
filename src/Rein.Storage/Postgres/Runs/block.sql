INSERT INTO blocked (org, key, rank, since, run)
SELECT * FROM unnest($1::uuid[], $2::text[], $3::integer[], $4::bigint[], $5::uuid[])
