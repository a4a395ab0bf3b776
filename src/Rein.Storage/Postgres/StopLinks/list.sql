SELECT id, org, run, prefix, hash, name, creator, created_at, expires_at FROM stop_links WHERE run = $1 AND org = $2 AND revoked_at IS NULL ORDER BY id
