-- Live runs are not counted, so as many more are passed as there are: what is kept may be more than was asked for, and never less.
SELECT id
FROM runs
WHERE org = @org
ORDER BY id DESC
LIMIT 1 OFFSET @kept + (SELECT count(*) FROM runs WHERE org = @org AND ended_at IS NULL)
