SELECT step, fence, number, at, json FROM marks WHERE run = @run AND kind = 2 AND step IN (SELECT value FROM json_each(@steps)) ORDER BY step
