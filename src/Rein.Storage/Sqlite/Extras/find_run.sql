SELECT run FROM extras WHERE org = @org AND alias = @alias
