-- Looks through all who wait: for a run whose limit keys cannot be read any more.
DELETE FROM blocked WHERE run = @run
