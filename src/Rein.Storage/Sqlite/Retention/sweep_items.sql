DELETE FROM items WHERE run = @run AND (fence, step, seq) IN (SELECT fence, step, seq FROM items WHERE run = @run LIMIT @count)
