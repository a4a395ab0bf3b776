SELECT coalesce(max(n), 0) + 1 FROM receipt_entries WHERE run = @run
