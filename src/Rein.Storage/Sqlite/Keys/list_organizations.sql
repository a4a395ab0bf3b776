SELECT id, name, created_at FROM organizations WHERE name > @after ORDER BY name LIMIT @count
