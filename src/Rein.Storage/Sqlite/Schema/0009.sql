-- The pools that take nothing new, which every node looks for again and again, found without the others.
CREATE INDEX pools_closed ON pools (org, name) WHERE drained_at IS NOT NULL OR drill_state = 2;
