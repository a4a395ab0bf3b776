DELETE FROM blocked WHERE org = @org AND key = @key AND rank = @rank AND since = @since AND run = @run
