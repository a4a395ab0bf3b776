UPDATE steps SET proof = @proof WHERE run = @run AND id = @id AND fence = @fence AND attempt_open = 0
