INSERT INTO runs (
  id, org, definition, workflow, version, limit_keys, priority, parent, parent_step, is_detached, source, created_at, deadline_at, queue_ends_at,
  state, cause, error, stop, pause, cleanup_ends_at, revision, open, active, ready, unproved, killed, handed_out,
  succeeded_steps, failed_steps, tolerated_failures, lost_worker, has_begun, is_blocked, children, started_at, ended_at, changed_at, due_at, used, items,
  credits, budget, pool)
VALUES (
  @id, @org, @definition, @workflow, @version, @limit_keys, @priority, @parent, @parent_step, @is_detached, @source, @created_at, @deadline_at, @queue_ends_at,
  @state, @cause, @error, @stop, @pause, @cleanup_ends_at, @revision, @open, @active, @ready, @unproved, @killed, @handed_out,
  @succeeded_steps, @failed_steps, @tolerated_failures, @lost_worker, @has_begun, @is_blocked, @children, @started_at, @ended_at, @changed_at, @due_at, @used, @items,
  @credits, @budget, @pool)
