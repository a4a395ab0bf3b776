SELECT id, org, run, prefix, hash, name, creator, created_at, expires_at FROM stop_links WHERE prefix = @prefix AND revoked_at IS NULL
