SELECT body, hash FROM receipt_entries WHERE run = @run ORDER BY n
