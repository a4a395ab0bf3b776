SELECT run, steps.id, fence, session
FROM sessions INDEXED BY sessions_by_worker
CROSS JOIN steps INDEXED BY steps_held ON steps.session = sessions.id
WHERE sessions.worker = @worker AND sessions.org IS @org AND sessions.ended_at IS NOT NULL AND attempt_open = 1
