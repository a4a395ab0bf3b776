UPDATE pools SET
  drill_run = NULL, drill_due_at = @due_at, drill_at = @now, drill_since = CASE WHEN drill_state = @state THEN drill_since ELSE @now END,
  drill_state = @state, drill_why = @why, drill_heard = @heard, drill_proved = @proved
WHERE org = @org AND name = @name AND drill_turn = @turn AND drill_every IS NOT NULL
