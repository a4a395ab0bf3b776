INSERT INTO workflow_extras (org, name, json) VALUES (@org, @name, @json)
ON CONFLICT (org, name) DO UPDATE SET json = excluded.json
