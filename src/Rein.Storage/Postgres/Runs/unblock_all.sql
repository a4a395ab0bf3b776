-- Looks through all who wait: for runs whose limit keys cannot be read any more.
DELETE FROM blocked WHERE run = ANY($1)
