DELETE FROM steps WHERE run = @run AND id IN (SELECT id FROM steps WHERE run = @run ORDER BY id LIMIT @count)
