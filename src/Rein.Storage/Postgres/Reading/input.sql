SELECT json FROM inputs WHERE run = $1
