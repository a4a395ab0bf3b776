SELECT body FROM stop_requests WHERE run = $1 ORDER BY n
