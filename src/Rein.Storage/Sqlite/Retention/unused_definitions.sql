SELECT
  hash,
  NOT EXISTS (SELECT 1 FROM runs WHERE definition = hash AND workflow IS NULL) AND NOT EXISTS (SELECT 1 FROM workflows WHERE definition = hash)
FROM definitions
WHERE unused_since IS NOT NULL
LIMIT @count
