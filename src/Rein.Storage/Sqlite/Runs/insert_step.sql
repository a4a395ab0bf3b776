INSERT INTO steps (
  run, id, state, tries, due_at, is_due, arrived, enabling, child, result, error, try, fence, attempt_open, session, worker, assigned_at, ended_at, outcome, proof,
  rate, fee, reported)
VALUES (
  @run, @id, @state, @tries, @due_at, @is_due, @arrived, @enabling, @child, @result, @error, @try, @fence, @attempt_open, @session, @worker, @assigned_at,
  @ended_at, @outcome, @proof, @rate, @fee, @reported)
