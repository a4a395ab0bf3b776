WITH done AS (DELETE FROM duties WHERE id = $1)
INSERT INTO exports (run, items, distinct_items, bytes, sha256, at) VALUES ($2, $3, $4, $5, $6, micros())
ON CONFLICT (run) DO NOTHING
