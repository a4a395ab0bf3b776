WITH
  gone AS (DELETE FROM runs WHERE id = ANY($1) RETURNING *),
  inputs_gone AS (DELETE FROM inputs WHERE run = ANY($1)),
  extras_gone AS (DELETE FROM extras WHERE run = ANY($1)),
  labels_gone AS (DELETE FROM labels WHERE run = ANY($1)),
  exports_gone AS (DELETE FROM exports WHERE run = ANY($1) RETURNING *)
INSERT INTO pruned (run, org, at, is_swept, state, stop, killed, handed_out, created_at, ended_at, used, credits, items, export_distinct, export_bytes, export_sha256, export_at)
SELECT g.id, g.org, micros(), false, g.state, g.stop, g.killed, g.handed_out, g.created_at, g.ended_at, g.used, g.credits, g.items, e.distinct_items, e.bytes, e.sha256, e.at
FROM gone AS g
LEFT JOIN exports_gone AS e ON e.run = g.id
