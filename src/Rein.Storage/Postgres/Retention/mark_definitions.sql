UPDATE definitions AS d SET unused_since = micros()
WHERE d.hash = ANY($1) AND d.unused_since IS NULL
  AND NOT EXISTS (SELECT 1 FROM runs AS r WHERE r.definition = d.hash AND r.workflow IS NULL)
  AND NOT EXISTS (SELECT 1 FROM workflows AS w WHERE w.definition = d.hash)
