-- A little at a time: a day's keys at once would make a stop wait.
DELETE FROM start_keys
WHERE (org, key) IN (SELECT org, key FROM start_keys WHERE at <= @forgotten ORDER BY at LIMIT 1000)
