-- A blocked run is found with all the keys that it waits for.
CREATE INDEX blocked_by_run ON blocked (run);

-- What is left of a run that was pruned: that it was, for a month; and where it was stopped, what its receipt is put together from beside
-- attempts, stop_requests and receipt_entries. Until it is swept, rows of its steps, events, logs and items wait to be deleted.
CREATE TABLE pruned (
  run BLOB PRIMARY KEY,
  org BLOB NOT NULL,
  at INTEGER NOT NULL,
  is_swept INTEGER NOT NULL,
  state INTEGER NOT NULL,
  stop TEXT,
  killed INTEGER NOT NULL,
  handed_out INTEGER NOT NULL,
  created_at INTEGER NOT NULL,
  ended_at INTEGER NOT NULL,
  used INTEGER NOT NULL,
  credits INTEGER NOT NULL,
  items INTEGER NOT NULL,
  export_distinct INTEGER,
  export_bytes INTEGER,
  export_sha256 TEXT,
  export_at INTEGER
) STRICT, WITHOUT ROWID;
CREATE INDEX pruned_unswept ON pruned (run) WHERE is_swept = 0;
CREATE INDEX pruned_unstopped ON pruned (at) WHERE stop IS NULL;
CREATE INDEX pruned_stopped ON pruned (ended_at) WHERE stop IS NOT NULL;

-- Since when nothing is known to refer to it.
ALTER TABLE definitions ADD COLUMN unused_since INTEGER;
CREATE INDEX definitions_unused ON definitions (unused_since) WHERE unused_since IS NOT NULL;
CREATE INDEX runs_inline ON runs (definition) WHERE workflow IS NULL;
CREATE INDEX workflows_by_definition ON workflows (definition);
