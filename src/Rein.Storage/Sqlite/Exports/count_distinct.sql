SELECT count(*) FROM (SELECT DISTINCT json FROM items WHERE run = @run)
