SELECT id, org, worker, pool, kinds, capacity, opened_at, version, node, address, beat_at, lost, drained_at, drained_by, hand_back_at FROM sessions WHERE id = @id AND ended_at IS NULL
