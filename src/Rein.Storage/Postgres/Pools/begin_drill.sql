UPDATE pools SET drill_run = $4 WHERE org = $1 AND name = $2 AND drill_turn = $3 AND drill_every IS NOT NULL
