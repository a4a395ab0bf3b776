SELECT
  runs.id, runs.org, definition, workflow, version, state, cause, runs.error, stop, pause, cleanup_ends_at, revision, open, active, ready, unproved, killed, handed_out,
  succeeded_steps, failed_steps, tolerated_failures, lost_worker, has_begun, is_blocked, limit_keys, priority, children, parent, parent_step, is_detached,
  created_at, started_at, ended_at, changed_at, deadline_at, queue_ends_at, used, runs.items, credits, budget, pool, source,
  runs.items + CASE WHEN active > 0 THEN coalesce((SELECT sum(item_seq) FROM steps WHERE steps.run = runs.id AND attempt_open = 1), 0) ELSE 0 END,
  exports.at, exports.error, exports.items, exports.distinct_items, exports.bytes, exports.sha256
FROM runs
LEFT JOIN exports ON exports.run = runs.id
WHERE runs.id = @id AND runs.org = @org
