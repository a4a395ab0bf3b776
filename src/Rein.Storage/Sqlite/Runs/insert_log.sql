INSERT INTO logs (run, fence, step, seq, at, text) VALUES (@run, @fence, @step, @seq, @at, @text)
