SELECT fence, step, seq, at, text
FROM logs
WHERE run = @run AND (fence, step, seq) > (@fence, @step, @seq)
ORDER BY fence, step, seq
LIMIT @count
