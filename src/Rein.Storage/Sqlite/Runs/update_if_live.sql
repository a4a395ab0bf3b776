UPDATE OR ROLLBACK runs
SET
  state = @state, cause = @cause, error = @error, stop = @stop, pause = @pause, cleanup_ends_at = @cleanup_ends_at, revision = @revision,
  open = @open, active = @active, ready = @ready, unproved = @unproved, killed = @killed, handed_out = @handed_out,
  succeeded_steps = @succeeded_steps, failed_steps = @failed_steps, tolerated_failures = @tolerated_failures,
  lost_worker = @lost_worker, has_begun = @has_begun, is_blocked = @is_blocked, children = @children,
  started_at = @started_at, ended_at = @ended_at, changed_at = @changed_at, due_at = @due_at, used = @used, items = @items,
  credits = @credits, budget = @budget
WHERE id = @id AND revision = @before AND ended_at IS NULL
