INSERT INTO events (run, seq, at, lines) VALUES (@run, @seq, @at, @lines)
