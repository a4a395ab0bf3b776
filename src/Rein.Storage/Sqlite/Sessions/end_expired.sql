UPDATE sessions SET ended_at = @now WHERE ended_at IS NULL AND lease_ends_at <= @as_of
RETURNING id, org, worker, pool, kinds, capacity, opened_at, version, node, address, beat_at, lost, drained_at, drained_by, hand_back_at
