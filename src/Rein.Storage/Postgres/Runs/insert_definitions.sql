INSERT INTO definitions (hash, json)
SELECT * FROM unnest($1::bytea[], $2::bytea[])
ORDER BY 1
ON CONFLICT (hash) DO UPDATE SET unused_since = NULL WHERE definitions.unused_since IS NOT NULL
