INSERT INTO organizations (id, name, created_at) VALUES (@id, @name, @created_at) ON CONFLICT (name) DO NOTHING
