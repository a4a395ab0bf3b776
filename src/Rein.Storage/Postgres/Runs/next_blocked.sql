SELECT run FROM blocked WHERE org = $1 AND key = $2 ORDER BY rank, since, run LIMIT $3
