UPDATE pruned SET is_swept = true WHERE run = ANY($1)
