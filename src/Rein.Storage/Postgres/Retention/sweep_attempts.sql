DELETE FROM attempts
WHERE ctid = ANY (ARRAY(SELECT a.ctid FROM attempts AS a JOIN pruned AS p ON p.run = a.run WHERE a.run = ANY($1) AND p.stop IS NULL LIMIT $2))
