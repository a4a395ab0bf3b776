UPDATE sessions SET lease_ends_at = max(lease_ends_at, @lease_ends_at) WHERE ended_at IS NULL
