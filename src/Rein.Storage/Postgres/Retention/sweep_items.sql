DELETE FROM items WHERE ctid = ANY (ARRAY(SELECT ctid FROM items WHERE run = ANY($1) LIMIT $2))
