SELECT id, org, name, prefix, hash, scopes, created_at, expires_at, former_hash, former_until, used_at, requests_per_second, stops_per_second, pool
FROM api_keys
WHERE prefix = $1 AND revoked_at IS NULL
