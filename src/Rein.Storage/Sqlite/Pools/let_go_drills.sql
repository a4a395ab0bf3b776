UPDATE pools SET drill_due_at = @now WHERE drill_run IS NOT NULL
