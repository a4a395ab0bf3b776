SELECT json FROM workflow_extras WHERE org = @org AND name = @name
