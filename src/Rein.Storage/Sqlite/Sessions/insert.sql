INSERT INTO sessions (id, org, worker, pool, kinds, capacity, opened_at, lease_ends_at) VALUES (@id, @org, @worker, @pool, @kinds, @capacity, @opened_at, @lease_ends_at)
