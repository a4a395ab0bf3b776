DELETE FROM definitions WHERE hash = @hash
