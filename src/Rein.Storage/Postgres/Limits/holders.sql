SELECT run FROM held WHERE org = $1 AND key = $2 ORDER BY run
