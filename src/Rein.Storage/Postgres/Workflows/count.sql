SELECT count(DISTINCT name) FROM workflows WHERE org = $1
