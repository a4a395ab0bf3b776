SELECT DISTINCT name FROM workflows WHERE org = $1 AND name > $2 ORDER BY name LIMIT $3 OFFSET $4
