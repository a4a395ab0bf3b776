UPDATE extras SET json = @json
WHERE run = @run AND org = @org AND json = @before AND (@ended OR EXISTS (SELECT 1 FROM runs WHERE id = @run AND ended_at IS NULL))
