SELECT count(*), coalesce(min(since), 0)
FROM (SELECT since FROM ready WHERE pool = @pool AND kind = @kind AND org = @org ORDER BY rank, since LIMIT @count)
