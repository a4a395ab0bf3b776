SELECT run, step, at
FROM (
  SELECT * FROM (SELECT id AS run, NULL AS step, due_at AS at FROM runs WHERE due_at IS NOT NULL ORDER BY due_at LIMIT @count)
  UNION ALL
  SELECT * FROM (SELECT run, id AS step, due_at AS at FROM steps WHERE due_at IS NOT NULL ORDER BY due_at LIMIT @count)
)
ORDER BY at
LIMIT @count
