-- Whoever comes back while its session is drained is drained still.
WITH former AS (
  SELECT drained_at, drained_by, hand_back_at FROM sessions
  WHERE ended_at IS NULL AND org IS NOT DISTINCT FROM $2 AND worker = $3 AND drained_at IS NOT NULL
  LIMIT 1),
opened AS (
  INSERT INTO sessions (id, org, worker, pool, kinds, capacity, opened_at, lease_ends_at, version, node, address, drained_at, drained_by, hand_back_at)
  VALUES (
    $1, $2, $3, $4, $5, $6, $7, micros() + $8, $9, $10, $11,
    (SELECT drained_at FROM former), (SELECT drained_by FROM former), (SELECT hand_back_at FROM former)))
UPDATE sessions SET ended_at = micros()
WHERE ended_at IS NULL AND org IS NOT DISTINCT FROM $2 AND worker = $3
RETURNING id, org, worker, pool, kinds, capacity, opened_at, version, node, address, beat_at, lost, drained_at, drained_by, hand_back_at
