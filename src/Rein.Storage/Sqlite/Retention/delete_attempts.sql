DELETE FROM attempts WHERE run = @run
