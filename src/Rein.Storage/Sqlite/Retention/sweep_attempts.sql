DELETE FROM attempts WHERE run = @run AND (step, fence) IN (SELECT step, fence FROM attempts WHERE run = @run LIMIT @count)
