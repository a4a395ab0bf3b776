UPDATE pruned SET is_swept = 1 WHERE run = @run
