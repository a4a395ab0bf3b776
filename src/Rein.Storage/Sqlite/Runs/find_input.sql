SELECT json FROM inputs WHERE run = @run
