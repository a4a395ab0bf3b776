SELECT seq, at, lines FROM events WHERE run = @run AND seq > @after ORDER BY seq LIMIT @count
