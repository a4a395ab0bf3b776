UPDATE pools SET
  drill_run = NULL, drill_due_at = micros() + $4, drill_at = micros(), drill_since = CASE WHEN drill_state = $5 THEN drill_since ELSE micros() END,
  drill_state = $5, drill_why = $6, drill_heard = $7, drill_proved = $8
WHERE org = $1 AND name = $2 AND drill_turn = $3 AND drill_every IS NOT NULL
