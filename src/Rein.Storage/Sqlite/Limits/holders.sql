SELECT run FROM held WHERE org = @org AND key = @key ORDER BY run
