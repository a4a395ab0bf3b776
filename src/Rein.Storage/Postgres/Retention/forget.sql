WITH
  old AS (
    DELETE FROM pruned
    WHERE run = ANY (ARRAY(SELECT run FROM pruned WHERE stop IS NULL AND at <= micros() - $1 AND is_swept LIMIT $2))
    RETURNING run),
  links AS (DELETE FROM stop_links WHERE run IN (SELECT run FROM old))
SELECT count(*) FROM old
