-- Where nodes of a run are executed that name no pool. A pool that is called "default" is the default pool from here on.
ALTER TABLE runs ADD COLUMN pool TEXT;
UPDATE ready SET pool = '' WHERE pool = 'default';
UPDATE sessions SET pool = NULL WHERE pool = 'default';

-- A key of workers of one pool.
ALTER TABLE api_keys ADD COLUMN pool TEXT;

ALTER TABLE sessions ADD COLUMN version TEXT;
ALTER TABLE sessions ADD COLUMN node TEXT;
ALTER TABLE sessions ADD COLUMN address TEXT;
ALTER TABLE sessions ADD COLUMN beat_at INTEGER;
ALTER TABLE sessions ADD COLUMN lost INTEGER NOT NULL DEFAULT 0;
ALTER TABLE sessions ADD COLUMN drained_at INTEGER;
ALTER TABLE sessions ADD COLUMN drained_by TEXT;
ALTER TABLE sessions ADD COLUMN hand_back_at INTEGER;
CREATE INDEX sessions_drained ON sessions (id) WHERE drained_at IS NOT NULL AND ended_at IS NULL;

-- What was decided about a pool; the default pool is ''. A drill that is taken is due again when its hold is over.
CREATE TABLE pools (
  org BLOB NOT NULL,
  name TEXT NOT NULL,
  drained_at INTEGER,
  drained_by TEXT,
  hand_back_at INTEGER,
  drill_every INTEGER CHECK (drill_every > 0),
  drill_within INTEGER CHECK (drill_within > 0),
  drill_state INTEGER CHECK (drill_state BETWEEN 0 AND 2),
  drill_since INTEGER,
  drill_why TEXT,
  drill_at INTEGER,
  drill_heard INTEGER,
  drill_proved INTEGER,
  drill_due_at INTEGER,
  drill_run BLOB,
  drill_turn INTEGER NOT NULL DEFAULT 0,
  PRIMARY KEY (org, name),
  CONSTRAINT drill_is_whole CHECK (
    (drill_every IS NULL) = (drill_within IS NULL) AND (drill_every IS NULL) = (drill_state IS NULL)
    AND (drill_every IS NULL) = (drill_since IS NULL) AND (drill_every IS NULL) = (drill_due_at IS NULL))
) STRICT, WITHOUT ROWID;
CREATE INDEX pools_due ON pools (drill_due_at) WHERE drill_due_at IS NOT NULL;
