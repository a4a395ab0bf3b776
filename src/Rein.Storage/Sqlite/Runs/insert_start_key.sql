INSERT INTO start_keys (org, key, digest, run, at) VALUES (@org, @key, @digest, @run, @at)
ON CONFLICT DO UPDATE SET digest = excluded.digest, run = excluded.run, at = excluded.at WHERE at <= @forgotten
