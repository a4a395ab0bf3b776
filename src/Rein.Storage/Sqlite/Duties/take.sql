UPDATE duties
SET due_at = @held_until, tries = tries + 1
WHERE id IN (SELECT id FROM duties WHERE due_at <= @now ORDER BY kind, due_at, id LIMIT @count)
RETURNING id, kind, run, org, tries - 1, failures
