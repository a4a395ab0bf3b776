SELECT CAST(min(total(credits), 2305843009213693951) AS INTEGER) FROM (
  SELECT credits FROM runs WHERE org = @org AND id >= @first AND created_at >= @since
  UNION ALL
  SELECT credits FROM pruned WHERE org = @org AND run >= @first AND created_at >= @since
  UNION ALL
  SELECT s.fee + s.reported + s.rate * max(0, @now - s.assigned_at) / 1000000 FROM runs AS r INDEXED BY runs_live JOIN steps AS s ON s.run = r.id
  WHERE r.org = @org AND r.id >= @first AND r.ended_at IS NULL AND r.created_at >= @since AND s.attempt_open = 1)
