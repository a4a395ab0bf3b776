INSERT INTO seal_keys (id, public_key, since) VALUES (@id, @public_key, @since) ON CONFLICT DO NOTHING
