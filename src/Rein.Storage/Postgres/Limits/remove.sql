DELETE FROM limits WHERE org = $1 AND key = $2
