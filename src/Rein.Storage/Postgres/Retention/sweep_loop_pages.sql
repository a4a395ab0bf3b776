DELETE FROM loop_pages WHERE ctid = ANY (ARRAY(SELECT ctid FROM loop_pages WHERE run = ANY($1) LIMIT $2))
