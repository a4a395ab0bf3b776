UPDATE sessions SET lease_ends_at = @lease_ends_at, beat_at = @now, lost = @lost, capacity = coalesce(@capacity, capacity) WHERE id = @id AND ended_at IS NULL
