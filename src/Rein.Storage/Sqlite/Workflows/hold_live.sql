INSERT INTO held (org, key, run)
SELECT org, @key, id
FROM runs
WHERE org = @org AND workflow = @workflow AND ended_at IS NULL AND is_blocked = 0
  AND NOT EXISTS (SELECT 1 FROM json_each(iif(json_valid(coalesce(limit_keys, '[]')), coalesce(limit_keys, '[]'), json_array(@key))) WHERE value = @key)
