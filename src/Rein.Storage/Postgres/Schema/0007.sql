-- Where nodes of a run are executed that name no pool. A pool that is called "default" is the default pool from here on.
ALTER TABLE runs ADD COLUMN pool text COLLATE "C";
UPDATE ready SET pool = '' WHERE pool = 'default';
UPDATE sessions SET pool = NULL WHERE pool = 'default';

-- A key of workers of one pool.
ALTER TABLE api_keys ADD COLUMN pool text COLLATE "C";

ALTER TABLE sessions
  ADD COLUMN version text,
  ADD COLUMN node text,
  ADD COLUMN address text,
  ADD COLUMN beat_at bigint,
  ADD COLUMN lost integer NOT NULL DEFAULT 0,
  ADD COLUMN drained_at bigint,
  ADD COLUMN drained_by text,
  ADD COLUMN hand_back_at bigint;
CREATE INDEX sessions_drained ON sessions (id) WHERE drained_at IS NOT NULL AND ended_at IS NULL;

-- What was decided about a pool; the default pool is ''. A drill that is taken is due again when its hold is over.
CREATE TABLE pools (
  org uuid NOT NULL,
  name text COLLATE "C" NOT NULL,
  drained_at bigint,
  drained_by text,
  hand_back_at bigint,
  drill_every bigint CHECK (drill_every > 0),
  drill_within bigint CHECK (drill_within > 0),
  drill_state integer CHECK (drill_state BETWEEN 0 AND 2),
  drill_since bigint,
  drill_why text,
  drill_at bigint,
  drill_heard bigint,
  drill_proved bigint,
  drill_due_at bigint,
  drill_run uuid,
  drill_turn bigint NOT NULL DEFAULT 0,
  PRIMARY KEY (org, name),
  CONSTRAINT drill_is_whole CHECK (
    (drill_every IS NULL) = (drill_within IS NULL) AND (drill_every IS NULL) = (drill_state IS NULL)
    AND (drill_every IS NULL) = (drill_since IS NULL) AND (drill_every IS NULL) = (drill_due_at IS NULL))
);
CREATE INDEX pools_due ON pools (drill_due_at) WHERE drill_due_at IS NOT NULL;
