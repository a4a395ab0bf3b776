INSERT INTO workflow_extras (org, name, json) VALUES (@org, @name, @json)
ON CONFLICT (org, name) DO NOTHING
