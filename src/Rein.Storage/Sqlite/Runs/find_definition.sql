SELECT json FROM definitions WHERE hash = @hash
