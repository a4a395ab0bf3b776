SELECT json FROM workflow_extras WHERE org = $1 AND name = $2
