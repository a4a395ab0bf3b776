-- Ids are UUIDs in 16 bytes, big-endian, so that UUIDv7 sorts by age. Times and durations are microseconds (since 1970).
-- Enumerations are their numbers. JSON is text. The CHECKs repeat what Core promises; the triggers keep what has ended as it was.

CREATE TABLE organizations (
  id BLOB PRIMARY KEY,
  name TEXT NOT NULL UNIQUE,
  created_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE api_keys (
  id BLOB PRIMARY KEY,
  org BLOB NOT NULL,
  name TEXT NOT NULL,
  prefix TEXT NOT NULL UNIQUE,
  hash BLOB NOT NULL,
  scopes INTEGER NOT NULL,
  created_at INTEGER NOT NULL,
  revoked_at INTEGER
) STRICT, WITHOUT ROWID;
CREATE INDEX api_keys_by_org ON api_keys (org, id);

-- Once per content, whoever uses it.
CREATE TABLE definitions (
  hash BLOB PRIMARY KEY,
  json TEXT NOT NULL
) STRICT;

-- A row per version; the id is the workflow's and the same in all of them.
CREATE TABLE workflows (
  org BLOB NOT NULL,
  name TEXT NOT NULL,
  version INTEGER NOT NULL CHECK (version >= 1),
  id BLOB NOT NULL,
  definition BLOB NOT NULL,
  max_running INTEGER CHECK (max_running >= 0),
  saved_at INTEGER NOT NULL,
  PRIMARY KEY (org, name, version)
) STRICT, WITHOUT ROWID;

-- The narrow head. Input, labels, results and definitions live elsewhere.
CREATE TABLE runs (
  id BLOB PRIMARY KEY CHECK (length(id) = 16),
  org BLOB NOT NULL,
  definition BLOB NOT NULL,
  workflow TEXT,
  version INTEGER NOT NULL,
  state INTEGER NOT NULL CHECK (state BETWEEN 0 AND 5),
  cause INTEGER,
  error TEXT,
  stop TEXT,
  pause TEXT,
  cleanup_ends_at INTEGER,
  revision INTEGER NOT NULL CHECK (revision >= 1),
  open INTEGER NOT NULL CHECK (open >= 0),
  active INTEGER NOT NULL CHECK (active >= 0),
  ready INTEGER NOT NULL CHECK (ready >= 0),
  unproved INTEGER NOT NULL CHECK (unproved >= 0),
  killed INTEGER NOT NULL CHECK (killed >= 0),
  handed_out INTEGER NOT NULL CHECK (handed_out >= 0),
  succeeded_steps INTEGER NOT NULL CHECK (succeeded_steps >= 0),
  failed_steps INTEGER NOT NULL CHECK (failed_steps >= 0),
  tolerated_failures INTEGER NOT NULL CHECK (tolerated_failures >= 0),
  lost_worker INTEGER NOT NULL,
  has_begun INTEGER NOT NULL,
  is_blocked INTEGER NOT NULL,
  limit_keys TEXT,
  priority INTEGER NOT NULL,
  children INTEGER NOT NULL CHECK (children >= 0),
  parent BLOB,
  parent_step TEXT,
  is_detached INTEGER NOT NULL,
  source BLOB,
  created_at INTEGER NOT NULL,
  started_at INTEGER,
  ended_at INTEGER,
  changed_at INTEGER NOT NULL,
  deadline_at INTEGER,
  queue_ends_at INTEGER,
  due_at INTEGER,
  used INTEGER NOT NULL CHECK (used >= 0),
  items INTEGER NOT NULL CHECK (items >= 0),
  CONSTRAINT ended_has_nothing_open CHECK ((state >= 3) = (open = 0)),
  CONSTRAINT ended_has_a_time CHECK ((state >= 3) = (ended_at IS NOT NULL)),
  CONSTRAINT ended_has_a_cause CHECK ((state >= 3) = (cause IS NOT NULL)),
  CONSTRAINT ended_is_at_rest CHECK (state < 3 OR (active = 0 AND ready = 0 AND due_at IS NULL)),
  CONSTRAINT stopped_was_wished CHECK (state <> 5 OR stop IS NOT NULL)
) STRICT, WITHOUT ROWID;
CREATE INDEX runs_by_org ON runs (org, id);
CREATE INDEX runs_by_workflow ON runs (org, workflow, id) WHERE workflow IS NOT NULL;
CREATE INDEX runs_live ON runs (org, id) WHERE ended_at IS NULL;
CREATE INDEX runs_unsuccessful ON runs (org, state, id) WHERE state > 3;
CREATE INDEX runs_by_parent ON runs (parent, id) WHERE parent IS NOT NULL;
CREATE INDEX runs_due ON runs (due_at) WHERE due_at IS NOT NULL;

-- After the end, only what a proof fills may change. Triggers roll back, and so do the statements that meet them (OR ROLLBACK): the unit
-- fails as a whole anyway, and a statement that could be undone alone would copy every page it touches.
CREATE TRIGGER runs_stay_ended
AFTER UPDATE OF state, cause, error, stop, pause, open, active, ready, started_at, ended_at, due_at, used, items ON runs
WHEN OLD.ended_at IS NOT NULL
BEGIN
  SELECT RAISE(ROLLBACK, 'the run has ended');
END;

-- Only where there is an input.
CREATE TABLE inputs (
  run BLOB PRIMARY KEY,
  json TEXT NOT NULL
) STRICT;

CREATE TABLE labels (
  run BLOB NOT NULL,
  name TEXT NOT NULL,
  value TEXT NOT NULL,
  org BLOB NOT NULL,
  PRIMARY KEY (run, name)
) STRICT, WITHOUT ROWID;
CREATE INDEX labels_by_value ON labels (org, name, value, run);

-- A step with its latest attempt: the columns from "try" on are null before the first.
CREATE TABLE steps (
  run BLOB NOT NULL,
  id TEXT NOT NULL,
  state INTEGER NOT NULL CHECK (state BETWEEN 0 AND 7),
  tries INTEGER NOT NULL CHECK (tries >= 0),
  due_at INTEGER,
  is_due INTEGER NOT NULL,
  arrived INTEGER NOT NULL CHECK (arrived >= 0),
  enabling INTEGER NOT NULL CHECK (enabling BETWEEN 0 AND arrived),
  child BLOB,
  result TEXT,
  error TEXT,
  try INTEGER,
  fence INTEGER,
  attempt_open INTEGER NOT NULL,
  session BLOB,
  worker TEXT,
  assigned_at INTEGER,
  ended_at INTEGER,
  outcome INTEGER,
  proof TEXT,
  item_seq INTEGER NOT NULL DEFAULT 0 CHECK (item_seq >= 0),
  log_seq INTEGER NOT NULL DEFAULT 0 CHECK (log_seq >= 0),
  log_bytes INTEGER NOT NULL DEFAULT 0 CHECK (log_bytes >= 0),
  PRIMARY KEY (run, id),
  CONSTRAINT active_has_an_open_attempt CHECK ((state = 2) = (attempt_open = 1)),
  CONSTRAINT open_attempt_is_held CHECK (attempt_open = 0 OR (fence IS NOT NULL AND session IS NOT NULL AND ended_at IS NULL AND proof IS NULL)),
  CONSTRAINT ended_step_is_at_rest CHECK (state < 4 OR due_at IS NULL)
) STRICT, WITHOUT ROWID;
CREATE INDEX steps_held ON steps (session) WHERE attempt_open = 1;
CREATE INDEX steps_due ON steps (due_at) WHERE due_at IS NOT NULL;
CREATE INDEX steps_unproved ON steps (worker) WHERE outcome IN (6, 7) AND proof IS NULL;

CREATE TRIGGER steps_stay_ended
AFTER UPDATE OF state, result, fence, attempt_open, outcome, item_seq ON steps
WHEN OLD.state >= 4
BEGIN
  SELECT RAISE(ROLLBACK, 'the step has ended');
END;

-- Earlier tries that made place for the next one in their step.
CREATE TABLE attempts (
  run BLOB NOT NULL,
  step TEXT NOT NULL,
  fence INTEGER NOT NULL,
  try INTEGER NOT NULL,
  session BLOB NOT NULL,
  worker TEXT NOT NULL,
  assigned_at INTEGER NOT NULL,
  ended_at INTEGER NOT NULL,
  outcome INTEGER NOT NULL,
  proof TEXT,
  items INTEGER NOT NULL,
  PRIMARY KEY (run, step, fence)
) STRICT, WITHOUT ROWID;
CREATE INDEX attempts_unproved ON attempts (worker) WHERE outcome IN (6, 7) AND proof IS NULL;

CREATE TABLE stop_requests (
  run BLOB NOT NULL,
  n INTEGER NOT NULL,
  body TEXT NOT NULL,
  PRIMARY KEY (run, n)
) STRICT, WITHOUT ROWID;

-- Append-only. The body is kept to the byte, because the hash is over it.
CREATE TABLE receipt_entries (
  run BLOB NOT NULL,
  n INTEGER NOT NULL,
  org BLOB NOT NULL,
  kind INTEGER NOT NULL,
  body TEXT NOT NULL,
  hash BLOB NOT NULL,
  PRIMARY KEY (run, n)
) STRICT, WITHOUT ROWID;

CREATE TRIGGER receipt_entries_are_never_changed BEFORE UPDATE ON receipt_entries
BEGIN
  SELECT RAISE(ABORT, 'a receipt is only appended to');
END;

-- One row per run and commit; seq is the revision after it.
CREATE TABLE events (
  run BLOB NOT NULL,
  seq INTEGER NOT NULL,
  at INTEGER NOT NULL,
  lines TEXT NOT NULL,
  PRIMARY KEY (run, seq)
) STRICT, WITHOUT ROWID;

-- The ready queue. The key follows from the run and the step alone, so that a row is found again without an index of its own:
-- rank is the negated priority, since is the run's created_at, the default pool is ''.
CREATE TABLE ready (
  pool TEXT NOT NULL,
  kind TEXT NOT NULL,
  org BLOB NOT NULL,
  rank INTEGER NOT NULL,
  since INTEGER NOT NULL,
  run BLOB NOT NULL,
  step TEXT NOT NULL,
  PRIMARY KEY (pool, kind, org, rank, since, run, step)
) STRICT, WITHOUT ROWID;

CREATE TABLE limits (
  org BLOB NOT NULL,
  key TEXT NOT NULL,
  max INTEGER NOT NULL CHECK (max >= 0),
  held INTEGER NOT NULL CHECK (held >= 0),
  PRIMARY KEY (org, key)
) STRICT, WITHOUT ROWID;

CREATE TABLE held (
  org BLOB NOT NULL,
  key TEXT NOT NULL,
  run BLOB NOT NULL,
  PRIMARY KEY (org, key, run)
) STRICT, WITHOUT ROWID;

-- A row for each key a blocked run needs; rank and since as in ready.
CREATE TABLE blocked (
  org BLOB NOT NULL,
  key TEXT NOT NULL,
  rank INTEGER NOT NULL,
  since INTEGER NOT NULL,
  run BLOB NOT NULL,
  PRIMARY KEY (org, key, rank, since, run)
) STRICT, WITHOUT ROWID;

CREATE TABLE start_keys (
  org BLOB NOT NULL,
  key TEXT NOT NULL,
  digest BLOB NOT NULL,
  run BLOB NOT NULL,
  at INTEGER NOT NULL,
  PRIMARY KEY (org, key)
) STRICT, WITHOUT ROWID;
CREATE INDEX start_keys_by_age ON start_keys (at);

-- A duty that is taken is due again when its hold is over.
CREATE TABLE duties (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  kind INTEGER NOT NULL,
  run BLOB NOT NULL,
  org BLOB NOT NULL,
  due_at INTEGER NOT NULL,
  tries INTEGER NOT NULL DEFAULT 0
) STRICT;
CREATE INDEX duties_due ON duties (due_at);

CREATE TABLE exports (
  run BLOB PRIMARY KEY,
  items INTEGER NOT NULL,
  sha256 TEXT NOT NULL,
  at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE items (
  run BLOB NOT NULL,
  fence INTEGER NOT NULL,
  step TEXT NOT NULL,
  seq INTEGER NOT NULL,
  json TEXT NOT NULL,
  PRIMARY KEY (run, fence, step, seq)
) STRICT, WITHOUT ROWID;

-- Fence 0: lines that a decided step wrote.
CREATE TABLE logs (
  run BLOB NOT NULL,
  fence INTEGER NOT NULL,
  step TEXT NOT NULL,
  seq INTEGER NOT NULL,
  at INTEGER NOT NULL,
  text BLOB NOT NULL,
  PRIMARY KEY (run, fence, step, seq)
) STRICT;

CREATE TABLE sessions (
  id BLOB PRIMARY KEY,
  org BLOB,
  worker TEXT NOT NULL,
  pool TEXT,
  kinds TEXT NOT NULL,
  capacity INTEGER NOT NULL,
  opened_at INTEGER NOT NULL,
  lease_ends_at INTEGER NOT NULL,
  ended_at INTEGER
) STRICT, WITHOUT ROWID;
CREATE INDEX sessions_by_lease ON sessions (lease_ends_at) WHERE ended_at IS NULL;
