UPDATE sessions SET lease_ends_at = @lease_ends_at WHERE id = @id AND ended_at IS NULL
