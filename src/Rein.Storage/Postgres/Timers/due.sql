SELECT run, step, at
FROM (
  SELECT NULL::uuid AS run, NULL::text AS step, micros() AS at, 0 AS place
  UNION ALL
  (SELECT run, step, at, 1
   FROM (
     (SELECT id AS run, NULL::text AS step, due_at AS at FROM runs WHERE due_at IS NOT NULL ORDER BY due_at LIMIT $1)
     UNION ALL
     (SELECT run, id, due_at FROM steps WHERE due_at IS NOT NULL ORDER BY due_at LIMIT $1)) AS both_kinds
   ORDER BY at LIMIT $1)) AS timers
ORDER BY place, at
