-- A turn is later than every one before it, also of a row that was forgotten.
INSERT INTO pools (org, name, drill_every, drill_within, drill_state, drill_since, drill_due_at, drill_turn) VALUES (@org, @name, @every, @within, 0, @now, @now, @now)
ON CONFLICT (org, name) DO UPDATE SET
  drill_every = excluded.drill_every, drill_within = excluded.drill_within, drill_state = 0, drill_since = excluded.drill_since,
  drill_due_at = excluded.drill_due_at, drill_why = NULL, drill_at = NULL, drill_heard = NULL, drill_proved = NULL, drill_turn = max(pools.drill_turn + 1, excluded.drill_turn)
