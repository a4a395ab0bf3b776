SELECT id, org, run, prefix, hash, name, creator, created_at, expires_at FROM stop_links WHERE prefix = $1 AND revoked_at IS NULL
