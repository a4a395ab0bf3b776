INSERT INTO sessions (id, org, worker, pool, kinds, capacity, opened_at, lease_ends_at, version, node, address, drained_at, drained_by, hand_back_at)
VALUES (@id, @org, @worker, @pool, @kinds, @capacity, @opened_at, @lease_ends_at, @version, @node, @address, @drained_at, @drained_by, @hand_back_at)
