INSERT INTO extras (run, org, json)
SELECT id, org, $3 FROM runs WHERE id = $1 AND org = $2
ON CONFLICT (run) DO NOTHING
