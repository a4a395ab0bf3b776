INSERT INTO blocked (org, key, rank, since, run)
SELECT org, @key, -priority, created_at, id
FROM runs
WHERE org = @org AND workflow = @workflow AND ended_at IS NULL AND is_blocked = 1
  AND NOT EXISTS (SELECT 1 FROM json_each(iif(json_valid(coalesce(limit_keys, '[]')), coalesce(limit_keys, '[]'), json_array(@key))) WHERE value = @key)
