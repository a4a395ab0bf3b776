SELECT pool, kind FROM ready WHERE (pool, kind) > (@pool, @kind) ORDER BY pool, kind LIMIT 1
