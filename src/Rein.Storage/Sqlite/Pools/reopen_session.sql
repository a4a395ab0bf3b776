UPDATE sessions SET drained_at = NULL, drained_by = NULL, hand_back_at = NULL
WHERE id = @id AND ended_at IS NULL AND drained_at IS NOT NULL
