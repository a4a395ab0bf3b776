DELETE FROM held WHERE org = @org AND key = @key AND run = @run
