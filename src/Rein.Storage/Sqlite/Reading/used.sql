SELECT coalesce(sum(used), 0) FROM (
  SELECT used FROM runs WHERE org = @org AND id >= @first AND created_at >= @since
  UNION ALL
  SELECT used FROM pruned WHERE org = @org AND run >= @first AND created_at >= @since
  UNION ALL
  SELECT max(0, @now - s.assigned_at) FROM runs AS r INDEXED BY runs_live JOIN steps AS s ON s.run = r.id
  WHERE r.org = @org AND r.id >= @first AND r.ended_at IS NULL AND r.created_at >= @since AND s.attempt_open = 1)
