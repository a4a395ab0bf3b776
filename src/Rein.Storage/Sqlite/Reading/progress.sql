SELECT step, fence, number, at, json FROM marks WHERE run = @run AND kind = 2 ORDER BY step
