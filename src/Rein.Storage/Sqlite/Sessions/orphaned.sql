-- A session that is forgotten has ended.
SELECT run, steps.id, fence, session
FROM steps INDEXED BY steps_held
LEFT JOIN sessions ON sessions.id = steps.session
WHERE attempt_open = 1 AND (sessions.id IS NULL OR sessions.ended_at IS NOT NULL)
LIMIT @count
