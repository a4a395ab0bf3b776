INSERT INTO stop_requests (run, n, body) VALUES (@run, @n, @body)
