UPDATE pools SET
  drill_every = NULL, drill_within = NULL, drill_state = NULL, drill_since = NULL, drill_due_at = NULL, drill_why = NULL, drill_at = NULL,
  drill_heard = NULL, drill_proved = NULL, drill_run = NULL, drill_turn = drill_turn + 1
WHERE org = $1 AND name = $2
