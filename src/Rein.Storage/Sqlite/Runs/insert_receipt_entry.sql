INSERT INTO receipt_entries (run, n, org, kind, body, hash) VALUES (@run, @n, @org, @kind, @body, @hash)
