WITH given_up AS (DELETE FROM duties WHERE id = $1)
INSERT INTO exports (run, error, at) VALUES ($2, $3, micros())
ON CONFLICT (run) DO NOTHING
