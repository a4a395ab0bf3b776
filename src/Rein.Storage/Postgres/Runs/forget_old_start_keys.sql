DELETE FROM start_keys
WHERE (org, key) IN (SELECT org, key FROM start_keys WHERE at <= $1 ORDER BY at LIMIT 1000 FOR UPDATE SKIP LOCKED)
