DELETE FROM start_keys AS k
USING (SELECT org, key FROM start_keys WHERE at <= $1 LIMIT 1000 FOR UPDATE SKIP LOCKED) AS w
WHERE k.org = w.org AND k.key = w.key
