WITH founded AS (
  INSERT INTO organizations (id, name, created_at) VALUES ($1, $2, micros()) ON CONFLICT (name) DO NOTHING RETURNING id
)
INSERT INTO api_keys (id, org, name, prefix, hash, scopes, created_at)
SELECT $3, founded.id, $4, $5, $6, $7, $8 FROM founded
