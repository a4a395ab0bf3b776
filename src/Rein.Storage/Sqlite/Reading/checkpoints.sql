SELECT step, json FROM marks WHERE run = @run AND kind = 3
