INSERT INTO ready (pool, kind, org, rank, since, run, step) VALUES (@pool, @kind, @org, @rank, @since, @run, @step)
