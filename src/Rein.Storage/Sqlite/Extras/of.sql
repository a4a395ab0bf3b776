SELECT run, alias, json FROM extras WHERE run = @run
