DELETE FROM loop_pages WHERE run = @run AND (step, first) IN (SELECT step, first FROM loop_pages WHERE run = @run LIMIT @count)
