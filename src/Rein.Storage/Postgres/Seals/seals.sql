SELECT number, place, link, at, key, signature FROM seals WHERE org = $1 AND place > $2 ORDER BY place LIMIT $3
