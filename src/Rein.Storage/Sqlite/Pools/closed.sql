SELECT org, name, drained_at, drained_by, hand_back_at, coalesce(drill_state, 0) = 2 FROM pools WHERE drained_at IS NOT NULL OR drill_state = 2
