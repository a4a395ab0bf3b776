SELECT r.id, r.workflow, r.state, r.stop IS NOT NULL, r.priority, r.created_at
FROM held AS h
JOIN runs AS r ON r.id = h.run
WHERE h.org = $1 AND h.key = $2 AND h.run > $3
ORDER BY h.run
LIMIT $4
