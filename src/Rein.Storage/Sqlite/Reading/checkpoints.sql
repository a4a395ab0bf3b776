SELECT step, json FROM marks WHERE run = @run AND kind = 3 AND step IN (SELECT value FROM json_each(@steps))
