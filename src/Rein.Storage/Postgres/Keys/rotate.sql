UPDATE api_keys SET former_hash = hash, former_until = micros() + $3, hash = $4
WHERE org = $1 AND id = $2 AND revoked_at IS NULL
RETURNING id, org, name, prefix, hash, scopes, created_at, expires_at, former_hash, former_until, used_at, requests_per_second, stops_per_second, pool
