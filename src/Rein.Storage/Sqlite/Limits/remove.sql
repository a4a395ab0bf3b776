DELETE FROM limits WHERE org = @org AND key = @key
