SELECT state, cause, count(*) FROM runs
WHERE org = @org AND (@since IS NULL OR created_at >= @since) AND workflow = @workflow
GROUP BY state, cause
