INSERT INTO api_keys (id, org, name, prefix, hash, scopes, created_at) VALUES (@id, @org, @name, @prefix, @hash, @scopes, @created_at)
