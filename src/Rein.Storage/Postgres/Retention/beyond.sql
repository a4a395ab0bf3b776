-- Live runs are not counted, so as many more are passed as there are: what is kept may be more than was asked for, and never less.
SELECT id
FROM runs
WHERE org = $1
ORDER BY id DESC
LIMIT 1 OFFSET $2 + (SELECT count(*) FROM runs WHERE org = $1 AND ended_at IS NULL)
