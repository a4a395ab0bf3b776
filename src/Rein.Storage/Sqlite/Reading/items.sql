SELECT fence, step, seq, json
FROM items
WHERE run = @run AND (fence, step, seq) > (@fence, @step, @seq)
ORDER BY fence, step, seq
LIMIT @count
