-- Before release_all: for a run whose limit keys cannot be read any more.
UPDATE limits SET held = held - 1 WHERE (org, key) IN (SELECT org, key FROM held WHERE run = @run)
