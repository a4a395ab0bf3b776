-- Ids are UUIDv7. Times and durations are whole microseconds (since 1970), the same numbers as in the other dialect: exact, and one
-- codec for both. JSON is bytea, UTF-8: it is never queried, and bytes that a worker sent cannot make a commit fail
-- (convert_from(lines, 'UTF8') reads it). Keys collate "C", so that every database sorts them alike. The CHECKs repeat what Core
-- promises; the triggers keep what has ended as it was. No foreign keys: they would take locks that nothing needs.

CREATE FUNCTION micros() RETURNS bigint LANGUAGE sql VOLATILE AS
$$ SELECT (extract(epoch FROM clock_timestamp()) * 1000000)::bigint $$;

-- Called where a guarded write did not find its rows as they were read: the transaction ends here.
CREATE FUNCTION refuse(what text) RETURNS integer LANGUAGE plpgsql AS
$$ BEGIN RAISE EXCEPTION 'a guarded write of % did not match', what USING ERRCODE = 'RN001'; END $$;

CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN RAISE EXCEPTION '%: %', TG_TABLE_NAME, TG_NAME USING ERRCODE = 'RN002'; END $$;

CREATE TABLE organizations (
  id uuid PRIMARY KEY,
  name text COLLATE "C" NOT NULL UNIQUE,
  created_at bigint NOT NULL
);

CREATE TABLE api_keys (
  id uuid PRIMARY KEY,
  org uuid NOT NULL,
  name text NOT NULL,
  prefix text COLLATE "C" NOT NULL UNIQUE,
  hash bytea NOT NULL,
  scopes integer NOT NULL,
  created_at bigint NOT NULL,
  revoked_at bigint
);
CREATE INDEX api_keys_by_org ON api_keys (org, id);

-- Once per content, whoever uses it.
CREATE TABLE definitions (
  hash bytea PRIMARY KEY CHECK (length(hash) = 32),
  json bytea NOT NULL
);

-- A row per version; the id is the workflow's and the same in all of them.
CREATE TABLE workflows (
  org uuid NOT NULL,
  name text COLLATE "C" NOT NULL,
  version integer NOT NULL CHECK (version >= 1),
  id uuid NOT NULL,
  definition bytea NOT NULL,
  max_running integer CHECK (max_running >= 0),
  saved_at bigint NOT NULL,
  PRIMARY KEY (org, name, version)
);

-- The narrow head. Input, labels, results and definitions live elsewhere. ended_as is the state once it is final: indexes use it
-- and never state itself, so that handing out a step touches no index of this table.
CREATE TABLE runs (
  id uuid PRIMARY KEY,
  org uuid NOT NULL,
  definition bytea NOT NULL,
  workflow text COLLATE "C",
  version integer NOT NULL,
  state integer NOT NULL CHECK (state BETWEEN 0 AND 5),
  cause integer,
  error text,
  stop bytea,
  pause bytea,
  cleanup_ends_at bigint,
  revision bigint NOT NULL CHECK (revision >= 1),
  open integer NOT NULL CHECK (open >= 0),
  active integer NOT NULL CHECK (active >= 0),
  ready integer NOT NULL CHECK (ready >= 0),
  unproved integer NOT NULL CHECK (unproved >= 0),
  killed integer NOT NULL CHECK (killed >= 0),
  handed_out integer NOT NULL CHECK (handed_out >= 0),
  succeeded_steps integer NOT NULL CHECK (succeeded_steps >= 0),
  failed_steps integer NOT NULL CHECK (failed_steps >= 0),
  tolerated_failures integer NOT NULL CHECK (tolerated_failures >= 0),
  lost_worker boolean NOT NULL,
  has_begun boolean NOT NULL,
  is_blocked boolean NOT NULL,
  limit_keys bytea,
  priority integer NOT NULL,
  children integer NOT NULL CHECK (children >= 0),
  parent uuid,
  parent_step text COLLATE "C",
  is_detached boolean NOT NULL,
  source uuid,
  created_at bigint NOT NULL,
  started_at bigint,
  ended_at bigint,
  changed_at bigint NOT NULL,
  deadline_at bigint,
  queue_ends_at bigint,
  due_at bigint,
  used bigint NOT NULL CHECK (used >= 0),
  items bigint NOT NULL CHECK (items >= 0),
  ended_as integer GENERATED ALWAYS AS (CASE WHEN state >= 3 THEN state END) STORED,
  CONSTRAINT ended_has_nothing_open CHECK ((state >= 3) = (open = 0)),
  CONSTRAINT ended_has_a_time CHECK ((state >= 3) = (ended_at IS NOT NULL)),
  CONSTRAINT ended_has_a_cause CHECK ((state >= 3) = (cause IS NOT NULL)),
  CONSTRAINT ended_is_at_rest CHECK (state < 3 OR (active = 0 AND ready = 0 AND due_at IS NULL)),
  CONSTRAINT stopped_was_wished CHECK (state <> 5 OR stop IS NOT NULL)
) WITH (fillfactor = 80);
CREATE INDEX runs_by_org ON runs (org, id);
CREATE INDEX runs_by_workflow ON runs (org, workflow, id) WHERE workflow IS NOT NULL;
CREATE INDEX runs_live ON runs (org, id) WHERE ended_at IS NULL;
CREATE INDEX runs_unsuccessful ON runs (org, ended_as, id) WHERE ended_as > 3;
CREATE INDEX runs_by_parent ON runs (parent, id) WHERE parent IS NOT NULL;
CREATE INDEX runs_due ON runs (due_at) WHERE due_at IS NOT NULL;

-- After the end, only what a proof fills may change.
CREATE TRIGGER runs_stay_ended BEFORE UPDATE ON runs FOR EACH ROW
WHEN (OLD.ended_at IS NOT NULL AND
  (OLD.state, OLD.cause, OLD.error, OLD.stop, OLD.pause, OLD.open, OLD.active, OLD.ready, OLD.started_at, OLD.ended_at, OLD.due_at, OLD.used, OLD.items)
  IS DISTINCT FROM
  (NEW.state, NEW.cause, NEW.error, NEW.stop, NEW.pause, NEW.open, NEW.active, NEW.ready, NEW.started_at, NEW.ended_at, NEW.due_at, NEW.used, NEW.items))
EXECUTE FUNCTION refuse_change();

CREATE TRIGGER revision_only_grows BEFORE UPDATE OF revision ON runs FOR EACH ROW
WHEN (NEW.revision <= OLD.revision)
EXECUTE FUNCTION refuse_change();

-- Only where there is an input.
CREATE TABLE inputs (
  run uuid PRIMARY KEY,
  json bytea NOT NULL
);

CREATE TABLE labels (
  run uuid NOT NULL,
  name text COLLATE "C" NOT NULL,
  value text COLLATE "C" NOT NULL,
  org uuid NOT NULL,
  PRIMARY KEY (run, name)
);
CREATE INDEX labels_by_value ON labels (org, name, value, run);

-- A step with its latest attempt: the columns from "try" on are null before the first.
CREATE TABLE steps (
  run uuid NOT NULL,
  id text COLLATE "C" NOT NULL,
  state integer NOT NULL CHECK (state BETWEEN 0 AND 7),
  tries integer NOT NULL CHECK (tries >= 0),
  due_at bigint,
  is_due boolean NOT NULL,
  arrived integer NOT NULL CHECK (arrived >= 0),
  enabling integer NOT NULL CHECK (enabling BETWEEN 0 AND arrived),
  child uuid,
  result bytea,
  error text,
  try integer,
  fence bigint,
  attempt_open boolean NOT NULL,
  session uuid,
  worker text,
  assigned_at bigint,
  ended_at bigint,
  outcome integer,
  proof bytea,
  item_seq bigint NOT NULL DEFAULT 0 CHECK (item_seq >= 0),
  log_seq bigint NOT NULL DEFAULT 0 CHECK (log_seq >= 0),
  log_bytes bigint NOT NULL DEFAULT 0 CHECK (log_bytes >= 0),
  PRIMARY KEY (run, id),
  CONSTRAINT active_has_an_open_attempt CHECK ((state = 2) = attempt_open),
  CONSTRAINT open_attempt_is_held CHECK (NOT attempt_open OR (fence IS NOT NULL AND session IS NOT NULL AND ended_at IS NULL AND proof IS NULL)),
  CONSTRAINT ended_step_is_at_rest CHECK (state < 4 OR due_at IS NULL)
) WITH (fillfactor = 80);
CREATE INDEX steps_held ON steps (session) WHERE attempt_open;
CREATE INDEX steps_due ON steps (due_at) WHERE due_at IS NOT NULL;
CREATE INDEX steps_unproved ON steps (worker) WHERE outcome IN (6, 7) AND proof IS NULL;

CREATE TRIGGER steps_stay_ended BEFORE UPDATE ON steps FOR EACH ROW
WHEN (OLD.state >= 4 AND
  (OLD.state, OLD.result, OLD.fence, OLD.attempt_open, OLD.outcome, OLD.item_seq) IS DISTINCT FROM
  (NEW.state, NEW.result, NEW.fence, NEW.attempt_open, NEW.outcome, NEW.item_seq))
EXECUTE FUNCTION refuse_change();

-- Earlier tries that made place for the next one in their step.
CREATE TABLE attempts (
  run uuid NOT NULL,
  step text COLLATE "C" NOT NULL,
  fence bigint NOT NULL,
  try integer NOT NULL,
  session uuid NOT NULL,
  worker text NOT NULL,
  assigned_at bigint NOT NULL,
  ended_at bigint NOT NULL,
  outcome integer NOT NULL,
  proof bytea,
  items bigint NOT NULL,
  PRIMARY KEY (run, step, fence)
);
CREATE INDEX attempts_unproved ON attempts (worker) WHERE outcome IN (6, 7) AND proof IS NULL;

CREATE TABLE stop_requests (
  run uuid NOT NULL,
  n integer NOT NULL,
  body bytea NOT NULL,
  PRIMARY KEY (run, n)
);

-- Append-only. The body is kept to the byte, because the hash is over it.
CREATE TABLE receipt_entries (
  run uuid NOT NULL,
  n integer NOT NULL,
  org uuid NOT NULL,
  kind integer NOT NULL,
  body bytea NOT NULL,
  hash bytea NOT NULL,
  PRIMARY KEY (run, n)
);

CREATE TRIGGER receipt_entries_are_never_changed BEFORE UPDATE ON receipt_entries FOR EACH ROW
EXECUTE FUNCTION refuse_change();

-- One row per run and commit; seq is the revision after it.
CREATE TABLE events (
  run uuid NOT NULL,
  seq bigint NOT NULL,
  at bigint NOT NULL,
  lines bytea NOT NULL,
  PRIMARY KEY (run, seq)
);

-- The ready queue. The key follows from the run and the step alone, so that a row is found again without an index of its own:
-- rank is the negated priority, since is the run's created_at, the default pool is ''.
CREATE TABLE ready (
  pool text COLLATE "C" NOT NULL,
  kind text COLLATE "C" NOT NULL,
  org uuid NOT NULL,
  rank integer NOT NULL,
  since bigint NOT NULL,
  run uuid NOT NULL,
  step text COLLATE "C" NOT NULL,
  PRIMARY KEY (pool, kind, org, rank, since, run, step)
) WITH (autovacuum_vacuum_scale_factor = 0.05, autovacuum_vacuum_threshold = 1000);

-- How many hold a slot is counted from held, under the lock of the limit's row: a run that ends gives its slot back without
-- waiting for that lock, and there is no counter that could disagree with the holders.
CREATE TABLE limits (
  org uuid NOT NULL,
  key text COLLATE "C" NOT NULL,
  max integer NOT NULL CHECK (max >= 0),
  PRIMARY KEY (org, key)
);

CREATE TABLE held (
  org uuid NOT NULL,
  key text COLLATE "C" NOT NULL,
  run uuid NOT NULL,
  PRIMARY KEY (org, key, run)
) WITH (autovacuum_vacuum_scale_factor = 0.05, autovacuum_vacuum_threshold = 1000);

-- A row for each key a blocked run needs; rank and since as in ready.
CREATE TABLE blocked (
  org uuid NOT NULL,
  key text COLLATE "C" NOT NULL,
  rank integer NOT NULL,
  since bigint NOT NULL,
  run uuid NOT NULL,
  PRIMARY KEY (org, key, rank, since, run)
) WITH (autovacuum_vacuum_scale_factor = 0.05, autovacuum_vacuum_threshold = 1000);

CREATE TABLE start_keys (
  org uuid NOT NULL,
  key text COLLATE "C" NOT NULL,
  digest bytea NOT NULL,
  run uuid NOT NULL,
  at bigint NOT NULL,
  PRIMARY KEY (org, key)
);
CREATE INDEX start_keys_by_age ON start_keys (at);

-- A duty that is taken is due again when its hold is over.
CREATE TABLE duties (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  kind integer NOT NULL,
  run uuid NOT NULL,
  org uuid NOT NULL,
  due_at bigint NOT NULL,
  tries integer NOT NULL DEFAULT 0
);
CREATE INDEX duties_due ON duties (due_at);

CREATE TABLE exports (
  run uuid PRIMARY KEY,
  items bigint NOT NULL,
  sha256 text NOT NULL,
  at bigint NOT NULL
);

CREATE TABLE items (
  run uuid NOT NULL,
  fence bigint NOT NULL,
  step text COLLATE "C" NOT NULL,
  seq bigint NOT NULL,
  json bytea NOT NULL,
  PRIMARY KEY (run, fence, step, seq)
);

-- Fence 0: lines that a decided step wrote.
CREATE TABLE logs (
  run uuid NOT NULL,
  fence bigint NOT NULL,
  step text COLLATE "C" NOT NULL,
  seq bigint NOT NULL,
  at bigint NOT NULL,
  text bytea NOT NULL,
  PRIMARY KEY (run, fence, step, seq)
);

CREATE TABLE sessions (
  id uuid PRIMARY KEY,
  org uuid,
  worker text COLLATE "C" NOT NULL,
  pool text COLLATE "C",
  kinds text[] NOT NULL,
  capacity integer NOT NULL,
  opened_at bigint NOT NULL,
  lease_ends_at bigint NOT NULL,
  ended_at bigint
);
CREATE INDEX sessions_by_lease ON sessions (lease_ends_at) WHERE ended_at IS NULL;
