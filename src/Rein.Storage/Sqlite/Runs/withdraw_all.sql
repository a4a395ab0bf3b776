-- Looks through the whole queue: for a run whose head was damaged, and with it what is known of its steps in it.
DELETE FROM ready WHERE run = @run
