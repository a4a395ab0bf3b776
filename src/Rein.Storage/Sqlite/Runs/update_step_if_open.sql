-- A result that was not loaded is not overwritten; another attempt begins its items and its log anew.
UPDATE OR ROLLBACK steps
SET
  state = @state, tries = @tries, due_at = @due_at, is_due = @is_due, arrived = @arrived, enabling = @enabling, child = @child,
  result = coalesce(@result, result), error = @error, try = @try,
  item_seq = iif(fence IS @fence, item_seq, 0), log_seq = iif(fence IS @fence, log_seq, 0), log_bytes = iif(fence IS @fence, log_bytes, 0),
  fence = @fence, attempt_open = @attempt_open, session = @session, worker = @worker, assigned_at = @assigned_at, ended_at = @ended_at,
  outcome = @outcome, proof = @proof, rate = @rate, fee = @fee, reported = @reported
WHERE run = @run AND id = @id AND state < 4
