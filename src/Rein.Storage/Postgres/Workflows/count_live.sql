WITH
  named AS (
    UPDATE runs
    SET limit_keys = convert_to((coalesce(convert_from(limit_keys, 'UTF8')::jsonb, '[]') || to_jsonb($2::text))::text, 'UTF8')
    WHERE id = ANY($1) AND ended_at IS NULL AND NOT coalesce(convert_from(limit_keys, 'UTF8')::jsonb, '[]') ? $2
    RETURNING org, id, is_blocked, priority, created_at),
  holding AS (
    INSERT INTO held (org, key, run) SELECT org, $2, id FROM named WHERE NOT is_blocked)
INSERT INTO blocked (org, key, rank, since, run) SELECT org, $2, -priority, created_at, id FROM named WHERE is_blocked
