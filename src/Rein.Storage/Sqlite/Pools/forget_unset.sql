DELETE FROM pools WHERE org = @org AND name = @name AND drained_at IS NULL AND drill_every IS NULL
