DELETE FROM exports WHERE run = @run
