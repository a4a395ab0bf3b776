SELECT DISTINCT name FROM workflows WHERE org = @org AND id BETWEEN @first AND @last ORDER BY name
