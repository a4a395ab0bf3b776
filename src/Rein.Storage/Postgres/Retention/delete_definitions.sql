DELETE FROM definitions
WHERE hash = ANY (ARRAY(
  SELECT d.hash
  FROM definitions AS d
  WHERE d.unused_since <= micros() - $1
    AND NOT EXISTS (SELECT 1 FROM runs AS r WHERE r.definition = d.hash AND r.workflow IS NULL)
    AND NOT EXISTS (SELECT 1 FROM workflows AS w WHERE w.definition = d.hash)
  LIMIT $2
  FOR UPDATE OF d SKIP LOCKED))
