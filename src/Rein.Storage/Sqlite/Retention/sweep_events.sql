DELETE FROM events WHERE run = @run AND seq IN (SELECT seq FROM events WHERE run = @run LIMIT @count)
