SELECT state, cause, count(*) FROM runs
WHERE org = $1 AND ($2::text IS NULL OR workflow = $2) AND ($3::bigint IS NULL OR created_at >= $3)
GROUP BY state, cause
