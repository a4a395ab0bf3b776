SELECT body FROM stop_requests WHERE run = @run ORDER BY n
