INSERT INTO limits (org, key, max, held)
VALUES (@org, @key, @max, (SELECT count(*) FROM held WHERE org = @org AND key = @key))
ON CONFLICT DO UPDATE SET max = excluded.max, held = excluded.held
