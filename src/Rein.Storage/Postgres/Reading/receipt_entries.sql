SELECT body, hash, place FROM receipt_entries WHERE run = $1 ORDER BY n
