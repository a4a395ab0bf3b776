UPDATE limits SET held = held + @change WHERE org = @org AND key = @key
