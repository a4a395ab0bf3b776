UPDATE definitions SET unused_since = @now
WHERE hash = @hash AND unused_since IS NULL
  AND NOT EXISTS (SELECT 1 FROM runs WHERE definition = @hash AND workflow IS NULL)
  AND NOT EXISTS (SELECT 1 FROM workflows WHERE definition = @hash)
