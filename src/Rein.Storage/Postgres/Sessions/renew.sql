UPDATE sessions SET lease_ends_at = micros() + $2, beat_at = micros(), lost = $3, capacity = coalesce($4, capacity) WHERE id = $1 AND ended_at IS NULL
