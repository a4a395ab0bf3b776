INSERT INTO stop_links (id, org, run, prefix, hash, name, creator, created_at, expires_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
