SELECT r.id, r.workflow, r.state, r.stop IS NOT NULL, r.priority, r.created_at
FROM blocked AS b
JOIN runs AS r ON r.id = b.run
WHERE b.org = $1 AND b.key = $2 AND (b.rank, b.since, b.run) > ($3, $4, $5)
ORDER BY b.rank, b.since, b.run
LIMIT $6
