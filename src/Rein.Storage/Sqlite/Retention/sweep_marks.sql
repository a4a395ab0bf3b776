DELETE FROM marks WHERE run = @run AND (kind, step) IN (SELECT kind, step FROM marks WHERE run = @run LIMIT @count)
