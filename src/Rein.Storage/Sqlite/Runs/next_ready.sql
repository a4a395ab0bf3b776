SELECT rank, since, run, step
FROM ready
WHERE pool = @pool AND kind = @kind AND org = @org AND (rank, since, run, step) > (@rank, @since, @run, @step)
ORDER BY rank, since, run, step
LIMIT @count
