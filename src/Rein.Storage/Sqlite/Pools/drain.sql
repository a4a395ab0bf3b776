INSERT INTO pools (org, name, drained_at, drained_by, hand_back_at) VALUES (@org, @name, @now, @by, @hand_back_at)
ON CONFLICT (org, name) DO UPDATE SET
  drained_at = coalesce(pools.drained_at, excluded.drained_at), drained_by = coalesce(pools.drained_by, excluded.drained_by), hand_back_at = excluded.hand_back_at
