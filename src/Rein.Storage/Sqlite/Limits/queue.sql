SELECT runs.id, workflow, state, stop IS NOT NULL, priority, created_at
FROM blocked
JOIN runs ON runs.id = blocked.run
WHERE blocked.org = @org AND blocked.key = @key AND (blocked.rank, blocked.since, blocked.run) > (@rank, @since, @run)
ORDER BY blocked.rank, blocked.since, blocked.run
LIMIT @count
