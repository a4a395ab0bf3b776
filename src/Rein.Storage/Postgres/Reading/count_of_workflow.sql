SELECT state, cause, count(*) FROM runs
WHERE org = $1 AND ($2::bigint IS NULL OR created_at >= $2) AND workflow = $3
GROUP BY state, cause
