SELECT run, json FROM inputs WHERE run = ANY($1)
