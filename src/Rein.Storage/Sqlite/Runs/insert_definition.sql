INSERT INTO definitions (hash, json) VALUES (@hash, @json) ON CONFLICT DO NOTHING
