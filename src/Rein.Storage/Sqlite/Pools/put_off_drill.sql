UPDATE pools SET drill_run = NULL, drill_due_at = @due_at WHERE org = @org AND name = @name AND drill_turn = @turn AND drill_every IS NOT NULL
