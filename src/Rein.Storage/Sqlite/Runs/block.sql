INSERT INTO blocked (org, key, rank, since, run) VALUES (@org, @key, @rank, @since, @run)
