INSERT INTO workflow_extras (org, name, json) VALUES ($1, $2, $3)
ON CONFLICT (org, name) DO NOTHING
