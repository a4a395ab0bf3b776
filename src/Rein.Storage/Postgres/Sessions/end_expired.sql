-- A session that is just being renewed, or ended by another node, is passed over.
UPDATE sessions SET ended_at = micros()
WHERE id IN (SELECT id FROM sessions WHERE ended_at IS NULL AND lease_ends_at <= $1 FOR UPDATE SKIP LOCKED)
RETURNING id, org, worker, pool, kinds, capacity, opened_at, version, node, address, beat_at, lost, drained_at, drained_by, hand_back_at
