WITH done AS (DELETE FROM duties WHERE id = $1)
INSERT INTO exports (run, items, sha256, at) VALUES ($2, $3, $4, micros())
ON CONFLICT (run) DO NOTHING
