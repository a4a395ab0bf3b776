SELECT count(*) FROM (SELECT DISTINCT json FROM items WHERE run = $1) AS different
