UPDATE runs SET limit_keys = json_insert(coalesce(limit_keys, '[]'), '$[#]', @key)
WHERE org = @org AND workflow = @workflow AND ended_at IS NULL
  AND NOT EXISTS (SELECT 1 FROM json_each(iif(json_valid(coalesce(limit_keys, '[]')), coalesce(limit_keys, '[]'), json_array(@key))) WHERE value = @key)
