INSERT INTO api_keys (id, org, name, prefix, hash, scopes, created_at, expires_at, requests_per_second, stops_per_second, pool)
VALUES (@id, @org, @name, @prefix, @hash, @scopes, @created_at, @expires_at, @requests_per_second, @stops_per_second, @pool)
