SELECT seq, at, lines FROM events WHERE run = $1 AND seq > $2 ORDER BY seq LIMIT $3
