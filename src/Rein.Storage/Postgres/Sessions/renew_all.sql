UPDATE sessions SET lease_ends_at = greatest(lease_ends_at, micros() + $1) WHERE ended_at IS NULL
