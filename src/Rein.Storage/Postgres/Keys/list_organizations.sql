SELECT id, name, created_at FROM organizations WHERE name > $1 ORDER BY name LIMIT $2
