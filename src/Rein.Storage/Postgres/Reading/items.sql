SELECT fence, step, seq, json
FROM items
WHERE run = $1 AND (fence, step, seq) > ($2, $3, $4)
ORDER BY fence, step, seq
LIMIT $5
