INSERT INTO ready (pool, kind, org, rank, since, run, step)
SELECT * FROM unnest($1::text[], $2::text[], $3::uuid[], $4::integer[], $5::bigint[], $6::uuid[], $7::text[])
