SELECT stop_links.id, stop_links.org, run, prefix, hash, name, creator, stop_links.created_at, expires_at
FROM runs
CROSS JOIN stop_links ON stop_links.run = runs.id
WHERE runs.org = @org
  AND runs.id > coalesce((SELECT id FROM runs WHERE org = @org ORDER BY id DESC LIMIT 1 OFFSET @among), x'')
  AND substr(name, 1, length(@named)) = @named
ORDER BY runs.id DESC, stop_links.id DESC
LIMIT 1
