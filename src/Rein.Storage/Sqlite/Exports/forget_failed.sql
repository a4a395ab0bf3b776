DELETE FROM exports WHERE run = @run AND error IS NOT NULL
