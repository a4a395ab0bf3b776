UPDATE duties
SET due_at = micros() + $2, tries = tries + 1
WHERE id IN (SELECT id FROM duties WHERE due_at <= micros() ORDER BY kind, due_at, id LIMIT $1 FOR UPDATE SKIP LOCKED)
RETURNING id, kind, run, org, tries - 1, failures
