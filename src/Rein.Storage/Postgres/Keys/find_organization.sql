SELECT id FROM organizations WHERE name = $1
