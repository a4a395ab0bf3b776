UPDATE pools SET drill_run = @run WHERE org = @org AND name = @name AND drill_turn = @turn AND drill_every IS NOT NULL
