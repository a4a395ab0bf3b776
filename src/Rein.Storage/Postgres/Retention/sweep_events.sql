DELETE FROM events WHERE ctid = ANY (ARRAY(SELECT ctid FROM events WHERE run = ANY($1) LIMIT $2))
