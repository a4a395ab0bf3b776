UPDATE duties SET due_at = @due_at, failures = failures + 1 WHERE id = @id
