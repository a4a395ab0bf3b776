UPDATE api_keys SET revoked_at = micros()
WHERE org = $1 AND id = $2 AND revoked_at IS NULL
  AND (scopes & $3 = 0 OR expires_at <= micros() OR EXISTS (
    SELECT 1 FROM api_keys AS other
    WHERE other.org = $1 AND other.id <> $2 AND other.revoked_at IS NULL AND other.scopes & $3 <> 0
      AND (other.expires_at IS NULL OR other.expires_at > micros())))
