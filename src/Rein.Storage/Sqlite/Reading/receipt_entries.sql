SELECT body, hash, place FROM receipt_entries WHERE run = @run ORDER BY n
