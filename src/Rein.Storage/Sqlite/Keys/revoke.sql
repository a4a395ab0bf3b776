UPDATE api_keys SET revoked_at = @now
WHERE org = @org AND id = @id AND revoked_at IS NULL
  AND (scopes & @admin = 0 OR expires_at <= @now OR EXISTS (
    SELECT 1 FROM api_keys AS other
    WHERE other.org = @org AND other.id <> @id AND other.revoked_at IS NULL AND other.scopes & @admin <> 0
      AND (other.expires_at IS NULL OR other.expires_at > @now)))
