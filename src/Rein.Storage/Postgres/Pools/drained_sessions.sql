SELECT id, drained_at, drained_by, hand_back_at FROM sessions WHERE drained_at IS NOT NULL AND ended_at IS NULL
