SELECT id, revision, ended_at IS NOT NULL FROM runs WHERE id = ANY($1)
