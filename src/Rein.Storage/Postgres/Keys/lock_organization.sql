SELECT id FROM organizations WHERE id = $1 FOR NO KEY UPDATE
