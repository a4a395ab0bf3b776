SELECT step, json FROM marks WHERE run = $1 AND kind = 3
