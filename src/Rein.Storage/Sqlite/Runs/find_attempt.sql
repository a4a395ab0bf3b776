SELECT attempt_open, item_seq, log_seq, log_bytes FROM steps WHERE run = @run AND id = @id AND fence = @fence
