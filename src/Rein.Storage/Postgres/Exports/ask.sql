WITH failed AS (DELETE FROM exports WHERE run = $1 AND error IS NOT NULL RETURNING run)
INSERT INTO duties (kind, run, org, due_at) SELECT $3, failed.run, $2, micros() FROM failed
