INSERT INTO extras (run, org, json)
SELECT id, org, @json FROM runs WHERE id = @run AND org = @org AND (@ended OR ended_at IS NULL)
ON CONFLICT (run) DO NOTHING
