DELETE FROM secrets WHERE org = $1 AND name = $2
