WITH
  old AS (
    DELETE FROM pruned
    WHERE run = ANY (ARRAY(SELECT run FROM pruned WHERE stop IS NOT NULL AND ended_at <= micros() - $1 AND is_swept LIMIT $2))
    RETURNING run),
  requests AS (DELETE FROM stop_requests WHERE run IN (SELECT run FROM old)),
  tries AS (DELETE FROM attempts WHERE run IN (SELECT run FROM old)),
  links AS (DELETE FROM stop_links WHERE run IN (SELECT run FROM old))
SELECT count(*) FROM old
