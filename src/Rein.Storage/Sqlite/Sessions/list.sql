SELECT id, org, worker, pool, kinds, capacity, opened_at FROM sessions WHERE ended_at IS NULL AND (@org IS NULL OR org = @org) ORDER BY id
