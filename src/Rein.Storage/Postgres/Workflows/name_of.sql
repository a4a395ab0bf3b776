SELECT name FROM workflows WHERE org = $1 AND id = $2 LIMIT 1
