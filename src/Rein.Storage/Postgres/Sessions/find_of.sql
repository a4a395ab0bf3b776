SELECT id, org, worker, pool, kinds, capacity, opened_at, version, node, address, beat_at, lost, drained_at, drained_by, hand_back_at FROM sessions WHERE ended_at IS NULL AND org = $1 AND worker = $2
