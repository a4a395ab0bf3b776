SELECT max, held FROM limits WHERE org = @org AND key = @key
