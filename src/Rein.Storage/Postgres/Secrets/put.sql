INSERT INTO secrets (org, name, key_id, value, set_at) VALUES ($1, $2, $3, $4, $5)
ON CONFLICT (org, name) DO UPDATE SET key_id = excluded.key_id, value = excluded.value, set_at = excluded.set_at
RETURNING xmax = 0
