UPDATE api_keys SET revoked_at = micros() WHERE org = $1 AND id = $2 AND revoked_at IS NULL
