SELECT run, alias, json FROM extras WHERE run = ANY($1)
