SELECT k.kind, $3::uuid, r.rank, r.since, r.run, r.step
FROM unnest($2::text[]) AS k(kind),
  LATERAL (
    SELECT n.rank, n.since, n.run, n.step FROM ready AS n
    WHERE n.pool = $1 AND n.kind = k.kind AND n.org = $3
    ORDER BY n.rank, n.since, n.run, n.step LIMIT $4) AS r
ORDER BY r.rank, r.since, r.run, r.step
LIMIT $4
