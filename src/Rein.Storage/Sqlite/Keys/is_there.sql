SELECT id FROM api_keys WHERE org = @org AND id = @id AND revoked_at IS NULL
