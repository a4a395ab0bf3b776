DELETE FROM loop_pages WHERE run = @run AND step = @step AND first = @first
