UPDATE api_keys SET former_hash = hash, former_until = @until, hash = @hash
WHERE org = @org AND id = @id AND revoked_at IS NULL
RETURNING id, org, name, prefix, hash, scopes, created_at, expires_at, former_hash, former_until, used_at, requests_per_second, stops_per_second, pool
