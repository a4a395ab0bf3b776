SELECT id, public_key, since FROM seal_keys ORDER BY since, id
