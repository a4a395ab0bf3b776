SELECT first, items FROM loop_pages WHERE run = @run AND step = @step ORDER BY first LIMIT @count
