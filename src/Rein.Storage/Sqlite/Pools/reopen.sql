UPDATE pools SET drained_at = NULL, drained_by = NULL, hand_back_at = NULL WHERE org = @org AND name = @name AND drained_at IS NOT NULL
