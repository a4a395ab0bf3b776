SELECT id FROM api_keys WHERE org = $1 AND id = $2 AND revoked_at IS NULL
