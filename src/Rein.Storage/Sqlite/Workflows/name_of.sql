SELECT name FROM workflows WHERE org = @org AND id = @id LIMIT 1
