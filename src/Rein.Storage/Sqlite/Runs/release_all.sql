-- Looks through all holders: for a run whose limit keys cannot be read any more.
DELETE FROM held WHERE run = @run
