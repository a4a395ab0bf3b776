UPDATE receipt_entries SET place = @place, link = @link WHERE run = @run AND n = @n AND place IS NULL
