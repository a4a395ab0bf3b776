INSERT INTO api_keys (id, org, name, prefix, hash, scopes, created_at) VALUES ($1, $2, $3, $4, $5, $6, $7)
