DELETE FROM stop_requests WHERE run = @run
