SELECT 0, @org, coalesce(sum(used), 0), CAST(min(total(credits), 2305843009213693951) AS INTEGER) FROM (
  SELECT used, credits FROM runs WHERE org = @org AND id >= @from AND id < @until AND created_at >= @since AND ended_at IS NOT NULL
  UNION ALL
  SELECT used, credits FROM pruned WHERE org = @org AND run >= @from AND run < @until AND created_at >= @since)
UNION ALL
SELECT 1, @org, coalesce(sum(used), 0), CAST(min(total(credits), 2305843009213693951) AS INTEGER) FROM (
  SELECT used, credits FROM runs WHERE org = @org AND id >= @until AND created_at >= @since
  UNION ALL
  SELECT used, credits FROM pruned WHERE org = @org AND run >= @until AND created_at >= @since
  UNION ALL
  SELECT used, credits FROM runs INDEXED BY runs_live WHERE org = @org AND id >= @first AND id < @until AND ended_at IS NULL AND created_at >= @since
  UNION ALL
  SELECT max(0, @now - s.assigned_at), s.fee + s.reported + s.rate * max(0, @now - s.assigned_at) / 1000000 FROM runs AS r INDEXED BY runs_live JOIN steps AS s ON s.run = r.id
  WHERE r.org = @org AND r.id >= @first AND r.ended_at IS NULL AND r.created_at >= @since AND s.attempt_open = 1)
UNION ALL
SELECT 2, id, 0, 0 FROM (
  SELECT id FROM runs INDEXED BY runs_live WHERE org = @org AND id >= @from AND id < @until AND ended_at IS NULL AND created_at >= @since LIMIT @most)
UNION ALL
SELECT 3, id, used, credits FROM runs WHERE id IN (SELECT unhex(value) FROM json_each(@left)) AND org = @org AND ended_at IS NOT NULL
UNION ALL
SELECT 3, run, used, credits FROM pruned WHERE run IN (SELECT unhex(value) FROM json_each(@left)) AND org = @org
