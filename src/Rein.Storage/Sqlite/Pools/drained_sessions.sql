SELECT id, drained_at, drained_by, hand_back_at FROM sessions INDEXED BY sessions_drained WHERE drained_at IS NOT NULL AND ended_at IS NULL
