UPDATE secrets SET key_id = $1, value = $2 WHERE org = $3 AND name = $4 AND value = $5
