SELECT json FROM marks WHERE run = @run AND kind = 3 AND step = @step
