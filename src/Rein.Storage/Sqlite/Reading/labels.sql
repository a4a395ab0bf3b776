SELECT name, value FROM labels WHERE run = @run ORDER BY name
