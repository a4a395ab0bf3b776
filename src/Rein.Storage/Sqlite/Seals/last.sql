SELECT number, place, link, at, key, signature FROM seals WHERE org = @org ORDER BY number DESC LIMIT 1
