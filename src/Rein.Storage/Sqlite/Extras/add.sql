INSERT INTO extras (run, org, json)
SELECT id, org, @json FROM runs WHERE id = @run AND org = @org
ON CONFLICT (run) DO NOTHING
