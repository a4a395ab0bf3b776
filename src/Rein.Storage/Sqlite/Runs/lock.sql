SELECT
  id, org, definition, workflow, version, state, cause, error, stop, pause, cleanup_ends_at, revision, open, active, ready, unproved, killed, handed_out,
  succeeded_steps, failed_steps, tolerated_failures, lost_worker, has_begun, is_blocked, limit_keys, priority, children, parent, parent_step, is_detached,
  created_at, started_at, ended_at, changed_at, deadline_at, queue_ends_at, used, items, credits, budget, pool, source
FROM runs
WHERE id = @id
