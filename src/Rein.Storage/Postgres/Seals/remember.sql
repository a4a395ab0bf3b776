INSERT INTO seal_keys (id, public_key, since) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING
