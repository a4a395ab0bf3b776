WITH opened AS (
  INSERT INTO sessions (id, org, worker, pool, kinds, capacity, opened_at, lease_ends_at)
  VALUES ($1, $2, $3, $4, $5, $6, $7, micros() + $8))
UPDATE sessions SET ended_at = micros()
WHERE ended_at IS NULL AND org IS NOT DISTINCT FROM $2 AND worker = $3
RETURNING id, org, worker, pool, kinds, capacity, opened_at
