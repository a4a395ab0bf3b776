UPDATE sessions SET drained_at = coalesce(drained_at, micros()), drained_by = coalesce(drained_by, $2), hand_back_at = micros() + $3
WHERE id = $1 AND ended_at IS NULL
