DELETE FROM duties WHERE id = ANY($1)
