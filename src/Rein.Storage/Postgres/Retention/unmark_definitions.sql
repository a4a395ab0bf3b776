UPDATE definitions AS d SET unused_since = NULL
WHERE d.unused_since IS NOT NULL
  AND (EXISTS (SELECT 1 FROM runs AS r WHERE r.definition = d.hash AND r.workflow IS NULL)
    OR EXISTS (SELECT 1 FROM workflows AS w WHERE w.definition = d.hash))
