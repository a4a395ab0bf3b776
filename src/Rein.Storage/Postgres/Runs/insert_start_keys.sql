-- In order: two units that use the same keys wait for each other in one direction only.
INSERT INTO start_keys (org, key, digest, run, at)
SELECT w.org, w.key, w.digest, w.run, w.at
FROM unnest($1::uuid[], $2::text[], $3::bytea[], $4::uuid[], $5::bigint[]) AS w(org, key, digest, run, at)
ORDER BY w.org, w.key
