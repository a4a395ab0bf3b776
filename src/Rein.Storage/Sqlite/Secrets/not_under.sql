SELECT org, name, key_id, value, set_at FROM secrets WHERE key_id <> @key_id ORDER BY org, name
