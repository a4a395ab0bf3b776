-- The run's row is held, or it could end between the look and the write.
WITH live AS (SELECT id FROM runs WHERE id = $1 AND ($5 OR ended_at IS NULL) FOR SHARE)
UPDATE extras SET json = $3 WHERE run = $1 AND org = $2 AND json = $4 AND EXISTS (SELECT 1 FROM live)
