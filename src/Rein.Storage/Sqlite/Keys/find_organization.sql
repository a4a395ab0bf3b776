SELECT id FROM organizations WHERE name = @name
