INSERT INTO definitions (hash, json) VALUES (@hash, @json) ON CONFLICT DO UPDATE SET unused_since = NULL WHERE unused_since IS NOT NULL
