SELECT l.id, l.org, l.run, l.prefix, l.hash, l.name, l.creator, l.created_at, l.expires_at
FROM runs AS r
JOIN stop_links AS l ON l.run = r.id
WHERE r.org = $1
  AND r.id > coalesce((SELECT id FROM runs WHERE org = $1 ORDER BY id DESC LIMIT 1 OFFSET $3), '00000000-0000-0000-0000-000000000000')
  AND starts_with(l.name, $2)
ORDER BY r.id DESC, l.id DESC
LIMIT 1
