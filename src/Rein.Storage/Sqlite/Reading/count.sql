SELECT state, cause, count(*) FROM runs
WHERE org = @org AND (@since IS NULL OR created_at >= @since)
GROUP BY state, cause
