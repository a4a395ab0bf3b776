-- A line that a decided step wrote itself: it belongs to no attempt.
INSERT INTO logs (run, fence, step, seq, at, text)
SELECT @run, 0, @step, coalesce(max(seq), 0) + 1, @at, @text FROM logs WHERE run = @run AND fence = 0 AND step = @step
