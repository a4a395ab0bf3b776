DELETE FROM extras WHERE run = @run
