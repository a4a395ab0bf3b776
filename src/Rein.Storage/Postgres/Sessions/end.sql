UPDATE sessions SET ended_at = micros() WHERE id = $1 AND ended_at IS NULL
