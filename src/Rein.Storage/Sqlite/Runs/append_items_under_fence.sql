UPDATE OR ROLLBACK steps SET item_seq = @seq WHERE run = @run AND id = @id AND fence = @fence AND attempt_open = 1
