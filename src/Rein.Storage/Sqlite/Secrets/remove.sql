DELETE FROM secrets WHERE org = @org AND name = @name
