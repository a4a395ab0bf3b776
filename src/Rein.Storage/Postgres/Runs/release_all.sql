-- Looks through all holders: for runs whose limit keys cannot be read any more.
DELETE FROM held WHERE run = ANY($1)
