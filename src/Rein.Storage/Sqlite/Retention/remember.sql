INSERT INTO pruned (run, org, at, is_swept, state, stop, killed, handed_out, created_at, ended_at, used, credits, items, export_distinct, export_bytes, export_sha256, export_at)
SELECT id, org, @now, 0, state, stop, killed, handed_out, created_at, ended_at, used, credits, runs.items, distinct_items, bytes, sha256, at
FROM runs
LEFT JOIN exports ON exports.run = runs.id
WHERE id = @run
