DELETE FROM labels WHERE run = @run
