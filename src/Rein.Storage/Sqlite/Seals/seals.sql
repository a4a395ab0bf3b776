SELECT number, place, link, at, key, signature FROM seals WHERE org = @org AND place > @after ORDER BY place LIMIT @count
