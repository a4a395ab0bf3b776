UPDATE steps SET log_seq = @seq, log_bytes = @bytes WHERE run = @run AND id = @id AND fence = @fence AND attempt_open = 1
