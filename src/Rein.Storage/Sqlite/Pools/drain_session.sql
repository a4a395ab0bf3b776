UPDATE sessions SET drained_at = coalesce(drained_at, @now), drained_by = coalesce(drained_by, @by), hand_back_at = @hand_back_at
WHERE id = @id AND ended_at IS NULL
