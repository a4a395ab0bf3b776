-- The run's row is held, or it could end between the look and the write.
WITH live AS (SELECT id, org FROM runs WHERE id = $1 AND org = $2 AND ($4 OR ended_at IS NULL) FOR SHARE)
INSERT INTO extras (run, org, json)
SELECT id, org, $3 FROM live
ON CONFLICT (run) DO NOTHING
