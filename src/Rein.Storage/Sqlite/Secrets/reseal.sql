UPDATE secrets SET key_id = @key_id, value = @value WHERE org = @org AND name = @name AND value = @before
