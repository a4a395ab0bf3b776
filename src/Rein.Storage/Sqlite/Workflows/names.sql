SELECT DISTINCT name FROM workflows WHERE org = @org AND name > @after ORDER BY name LIMIT @count OFFSET @skip
