INSERT INTO stop_links (id, org, run, prefix, hash, name, creator, created_at, expires_at)
VALUES (@id, @org, @run, @prefix, @hash, @name, @creator, @created_at, @expires_at)
