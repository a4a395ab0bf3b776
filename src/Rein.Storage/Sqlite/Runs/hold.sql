INSERT INTO held (org, key, run) VALUES (@org, @key, @run)
