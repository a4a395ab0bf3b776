UPDATE stop_links SET revoked_at = micros() WHERE id = $1 AND run = $2 AND org = $3 AND revoked_at IS NULL
