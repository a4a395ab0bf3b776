-- A blocked run is found with all the keys that it waits for.
CREATE INDEX blocked_by_run ON blocked (run);

-- What is left of a run that was pruned: that it was, for a month; and where it was stopped, what its receipt is put together from beside
-- attempts, stop_requests and receipt_entries. Until it is swept, rows of its steps, events, logs and items wait to be deleted.
CREATE TABLE pruned (
  run uuid PRIMARY KEY,
  org uuid NOT NULL,
  at bigint NOT NULL,
  is_swept boolean NOT NULL,
  state integer NOT NULL,
  stop bytea,
  killed integer NOT NULL,
  handed_out integer NOT NULL,
  created_at bigint NOT NULL,
  ended_at bigint NOT NULL,
  used bigint NOT NULL,
  credits bigint NOT NULL,
  items bigint NOT NULL,
  export_distinct bigint,
  export_bytes bigint,
  export_sha256 text,
  export_at bigint
);
CREATE INDEX pruned_unswept ON pruned (run) WHERE NOT is_swept;
CREATE INDEX pruned_unstopped ON pruned (at) WHERE stop IS NULL;
CREATE INDEX pruned_stopped ON pruned (ended_at) WHERE stop IS NOT NULL;

-- Since when nothing is known to refer to it.
ALTER TABLE definitions ADD COLUMN unused_since bigint;
CREATE INDEX definitions_unused ON definitions (unused_since) WHERE unused_since IS NOT NULL;
CREATE INDEX runs_inline ON runs (definition) WHERE workflow IS NULL;
CREATE INDEX workflows_by_definition ON workflows (definition);
