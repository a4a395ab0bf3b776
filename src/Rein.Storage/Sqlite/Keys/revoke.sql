UPDATE api_keys SET revoked_at = @now WHERE org = @org AND id = @id AND revoked_at IS NULL
