UPDATE pools SET drained_at = NULL, drained_by = NULL, hand_back_at = NULL WHERE org = $1 AND name = $2 AND drained_at IS NOT NULL
