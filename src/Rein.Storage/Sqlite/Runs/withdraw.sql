DELETE FROM ready WHERE pool = @pool AND kind = @kind AND org = @org AND rank = @rank AND since = @since AND run = @run AND step = @step
