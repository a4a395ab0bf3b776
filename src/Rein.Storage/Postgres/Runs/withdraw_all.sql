-- Looks through the whole queue: for runs whose head was damaged, and with it what is known of their steps in it.
DELETE FROM ready WHERE run = ANY($1)
