SELECT id, org, name, prefix, hash, scopes, created_at FROM api_keys WHERE prefix = $1 AND revoked_at IS NULL
