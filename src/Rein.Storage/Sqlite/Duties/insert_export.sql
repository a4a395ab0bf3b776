INSERT INTO exports (run, items, sha256, at) VALUES (@run, @items, @sha256, @at) ON CONFLICT DO NOTHING
