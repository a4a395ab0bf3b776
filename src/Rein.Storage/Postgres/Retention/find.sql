SELECT run, org, at, state, stop, killed, handed_out, created_at, ended_at, used, credits, items, export_at, export_distinct, export_bytes, export_sha256 FROM pruned WHERE run = $1 AND org = $2
