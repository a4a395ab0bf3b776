-- What something was left of is asked for too, when its worker comes back: unproved is what is over and not completely proved. Outcome 4: it never began.
DROP INDEX steps_unproved;
DROP INDEX attempts_unproved;
CREATE INDEX steps_unproved ON steps (worker) WHERE outcome <> 4 AND position('"residuals":[]'::bytea IN coalesce(proof, ''::bytea)) = 0;
CREATE INDEX attempts_unproved ON attempts (worker) WHERE outcome <> 4 AND position('"residuals":[]'::bytea IN coalesce(proof, ''::bytea)) = 0;

-- A worker that comes finds its own, whoever else is there, and what is to be forgotten is found without what is not.
CREATE INDEX sessions_by_worker ON sessions (worker);
CREATE INDEX sessions_ended ON sessions (ended_at) WHERE ended_at IS NOT NULL;
