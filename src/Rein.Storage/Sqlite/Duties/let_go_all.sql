UPDATE duties SET due_at = @now WHERE tries > 0 AND due_at > @now
