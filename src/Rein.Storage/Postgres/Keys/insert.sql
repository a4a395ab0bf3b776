INSERT INTO api_keys (id, org, name, prefix, hash, scopes, created_at, expires_at, requests_per_second, stops_per_second, pool)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
