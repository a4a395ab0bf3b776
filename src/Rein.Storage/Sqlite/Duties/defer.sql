UPDATE duties SET due_at = @due_at WHERE id = @id
