UPDATE definitions SET unused_since = NULL WHERE hash = @hash
