SELECT fence, step, seq, at, text
FROM logs
WHERE run = $1 AND (fence, step, seq) > ($2, $3, $4)
ORDER BY fence, step, seq
LIMIT $5
