SELECT step, json FROM marks WHERE run = $1 AND kind = 3 AND step = ANY($2)
