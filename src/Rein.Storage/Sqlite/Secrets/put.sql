INSERT INTO secrets (org, name, key_id, value, set_at) VALUES (@org, @name, @key_id, @value, @set_at)
ON CONFLICT DO UPDATE SET key_id = excluded.key_id, value = excluded.value, set_at = excluded.set_at
