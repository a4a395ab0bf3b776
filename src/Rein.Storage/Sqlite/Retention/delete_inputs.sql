DELETE FROM inputs WHERE run = @run
