SELECT least(coalesce(sum(credits), 0), 2305843009213693951)::bigint FROM (
  SELECT credits FROM runs WHERE org = $1 AND id >= $2 AND created_at >= $3
  UNION ALL
  SELECT credits FROM pruned WHERE org = $1 AND run >= $2 AND created_at >= $3
  UNION ALL
  SELECT s.fee + s.reported + trunc(s.rate::numeric * greatest(0, $4 - s.assigned_at) / 1000000) FROM runs AS r JOIN steps AS s ON s.run = r.id
  WHERE r.org = $1 AND r.id >= $2 AND r.ended_at IS NULL AND r.created_at >= $3 AND s.state = 2)
AS spent
