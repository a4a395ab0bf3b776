-- A blocked run is found with all the keys that it waits for.
CREATE INDEX blocked_by_run ON blocked (run);
