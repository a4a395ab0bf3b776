SELECT
  r.id, r.org, r.definition, r.workflow, r.version, r.state, r.cause, r.error, r.stop, r.pause, r.cleanup_ends_at, r.revision, r.open, r.active, r.ready,
  r.unproved, r.killed, r.handed_out, r.succeeded_steps, r.failed_steps, r.tolerated_failures, r.lost_worker, r.has_begun, r.is_blocked, r.limit_keys,
  r.priority, r.children, r.parent, r.parent_step, r.is_detached, r.created_at, r.started_at, r.ended_at, r.changed_at, r.deadline_at, r.queue_ends_at,
  r.used, r.items, r.credits, r.budget, r.pool, r.source,
  ARRAY(SELECT l.name FROM labels AS l WHERE l.run = r.id ORDER BY l.name),
  ARRAY(SELECT l.value FROM labels AS l WHERE l.run = r.id ORDER BY l.name),
  r.items + CASE WHEN r.active > 0 THEN (SELECT coalesce(sum(s.item_seq), 0)::bigint FROM steps AS s WHERE s.run = r.id AND s.attempt_open) ELSE 0 END,
  e.at, e.error, e.items, e.distinct_items, e.bytes, e.sha256
FROM runs AS r
LEFT JOIN exports AS e ON e.run = r.id
WHERE r.id = $1 AND r.org = $2
