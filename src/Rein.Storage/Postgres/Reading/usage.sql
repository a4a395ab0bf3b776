SELECT 0, $1, coalesce(sum(used), 0)::bigint, least(coalesce(sum(credits), 0), 2305843009213693951)::bigint FROM (
  SELECT used, credits FROM runs WHERE org = $1 AND id >= $2 AND id < $3 AND created_at >= $4 AND ended_at IS NOT NULL
  UNION ALL
  SELECT used, credits FROM pruned WHERE org = $1 AND run >= $2 AND run < $3 AND created_at >= $4) AS settled
UNION ALL
SELECT 1, $1, coalesce(sum(used), 0)::bigint, least(coalesce(sum(credits), 0), 2305843009213693951)::bigint FROM (
  SELECT used, credits FROM runs WHERE org = $1 AND id >= $3 AND created_at >= $4
  UNION ALL
  SELECT used, credits FROM pruned WHERE org = $1 AND run >= $3 AND created_at >= $4
  UNION ALL
  SELECT used, credits FROM runs WHERE org = $1 AND id >= $5 AND id < $3 AND ended_at IS NULL AND created_at >= $4
  UNION ALL
  SELECT greatest(0, $6 - s.assigned_at), s.fee + s.reported + trunc(s.rate::numeric * greatest(0, $6 - s.assigned_at) / 1000000) FROM runs AS r JOIN steps AS s ON s.run = r.id
  WHERE r.org = $1 AND r.id >= $5 AND r.ended_at IS NULL AND r.created_at >= $4 AND s.state = 2) AS moving
UNION ALL
SELECT 2, id, 0, 0 FROM (SELECT id FROM runs WHERE org = $1 AND id >= $2 AND id < $3 AND ended_at IS NULL AND created_at >= $4 LIMIT $7) AS living
UNION ALL
SELECT 3, id, used, credits FROM runs WHERE id = ANY($8) AND org = $1 AND ended_at IS NOT NULL
UNION ALL
SELECT 3, run, used, credits FROM pruned WHERE run = ANY($8) AND org = $1
