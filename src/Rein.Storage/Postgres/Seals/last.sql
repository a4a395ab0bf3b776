SELECT number, place, link, at, key, signature FROM seals WHERE org = $1 ORDER BY number DESC LIMIT 1
