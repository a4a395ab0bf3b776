DELETE FROM logs WHERE run = @run AND (fence, step, seq) IN (SELECT fence, step, seq FROM logs WHERE run = @run LIMIT @count)
