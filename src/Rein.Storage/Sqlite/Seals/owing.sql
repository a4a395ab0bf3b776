SELECT DISTINCT org FROM receipt_entries WHERE place IS NULL LIMIT @count
