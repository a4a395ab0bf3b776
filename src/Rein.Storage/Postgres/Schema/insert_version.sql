INSERT INTO schema_versions (version, at) VALUES ($1, now())
