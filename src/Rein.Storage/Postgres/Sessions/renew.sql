UPDATE sessions SET lease_ends_at = micros() + $2 WHERE id = $1 AND ended_at IS NULL
