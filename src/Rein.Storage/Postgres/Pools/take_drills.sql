UPDATE pools SET drill_due_at = micros() + $2, drill_turn = drill_turn + 1
WHERE (org, name) IN (
  SELECT org, name FROM pools WHERE drill_due_at <= micros() AND drained_at IS NULL ORDER BY drill_due_at LIMIT $1 FOR UPDATE SKIP LOCKED)
RETURNING org, name, drill_every, drill_within, drill_state, drill_run, drill_turn
