SELECT step, fence, number, at, json FROM marks WHERE run = $1 AND kind = 2 AND step = ANY($2) ORDER BY step
