DELETE FROM pools WHERE org = $1 AND name = $2 AND drained_at IS NULL AND drill_every IS NULL
