SELECT runs.id, workflow, state, stop IS NOT NULL, priority, created_at
FROM held
JOIN runs ON runs.id = held.run
WHERE held.org = @org AND held.key = @key AND held.run > @after
ORDER BY held.run
LIMIT @count
