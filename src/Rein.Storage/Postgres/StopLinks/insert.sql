INSERT INTO stop_links (id, org, run, prefix, hash, name, creator, created_at, expires_at)
SELECT * FROM unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::text[], $5::bytea[], $6::text[], $7::text[], $8::bigint[], $9::bigint[])
