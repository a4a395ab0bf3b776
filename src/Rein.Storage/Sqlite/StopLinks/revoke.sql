UPDATE stop_links SET revoked_at = @now WHERE id = @id AND run = @run AND org = @org AND revoked_at IS NULL
