SELECT run FROM extras WHERE org = $1 AND alias = $2
