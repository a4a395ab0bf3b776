DELETE FROM stop_links WHERE run = @run
