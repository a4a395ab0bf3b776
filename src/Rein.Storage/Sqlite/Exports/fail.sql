INSERT INTO exports (run, error, at) VALUES (@run, @error, @at) ON CONFLICT DO NOTHING
