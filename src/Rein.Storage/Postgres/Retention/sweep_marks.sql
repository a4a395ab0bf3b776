DELETE FROM marks WHERE ctid = ANY (ARRAY(SELECT ctid FROM marks WHERE run = ANY($1) LIMIT $2))
