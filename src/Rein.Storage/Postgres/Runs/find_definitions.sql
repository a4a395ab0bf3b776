SELECT hash, json FROM definitions WHERE hash = ANY($1)
