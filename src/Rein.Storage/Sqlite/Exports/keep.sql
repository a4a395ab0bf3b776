INSERT INTO exports (run, items, distinct_items, bytes, sha256, at)
VALUES (@run, @items, @distinct_items, @bytes, @sha256, @at)
ON CONFLICT DO NOTHING
