SELECT id, org, worker, pool, kinds, capacity, opened_at FROM sessions WHERE ended_at IS NULL AND ($1::uuid IS NULL OR org = $1) ORDER BY id
