INSERT INTO limits (org, key, max) VALUES ($1, $2, $3)
ON CONFLICT (org, key) DO UPDATE SET max = excluded.max
