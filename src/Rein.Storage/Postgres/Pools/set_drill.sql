-- A pool that has failed is given work when it has passed, and not because its rule is set once more.
-- A turn is later than every one before it, also of a row that was forgotten.
INSERT INTO pools (org, name, drill_every, drill_within, drill_state, drill_since, drill_due_at, drill_turn) VALUES ($1, $2, $3, $4, 0, micros(), micros(), micros())
ON CONFLICT (org, name) DO UPDATE SET
  drill_every = excluded.drill_every, drill_within = excluded.drill_within, drill_due_at = excluded.drill_due_at,
  drill_state = CASE WHEN pools.drill_state = 2 THEN 2 ELSE 0 END,
  drill_since = CASE WHEN pools.drill_state = 2 THEN pools.drill_since ELSE excluded.drill_since END,
  drill_why = CASE WHEN pools.drill_state = 2 THEN pools.drill_why END, drill_at = CASE WHEN pools.drill_state = 2 THEN pools.drill_at END,
  drill_heard = CASE WHEN pools.drill_state = 2 THEN pools.drill_heard END, drill_proved = CASE WHEN pools.drill_state = 2 THEN pools.drill_proved END,
  drill_turn = greatest(pools.drill_turn + 1, excluded.drill_turn)
