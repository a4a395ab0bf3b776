SELECT id, org, run, prefix, hash, name, creator, created_at, expires_at FROM stop_links WHERE run = @run AND org = @org AND revoked_at IS NULL ORDER BY id
