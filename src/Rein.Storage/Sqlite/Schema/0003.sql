-- Accounts of items know more now, and may have failed. Those that were made are owed again.
ALTER TABLE duties ADD COLUMN failures INTEGER NOT NULL DEFAULT 0;
INSERT INTO duties (kind, run, org, due_at) SELECT 2, runs.id, runs.org, exports.at FROM exports JOIN runs ON runs.id = exports.run;
DROP TABLE exports;
CREATE TABLE exports (
  run BLOB PRIMARY KEY,
  items INTEGER,
  distinct_items INTEGER CHECK (distinct_items BETWEEN 0 AND items),
  bytes INTEGER,
  sha256 TEXT,
  at INTEGER NOT NULL,
  error TEXT,
  CONSTRAINT done_or_failed CHECK (
    (error IS NULL AND items IS NOT NULL AND distinct_items IS NOT NULL AND bytes IS NOT NULL AND sha256 IS NOT NULL)
    OR (error IS NOT NULL AND items IS NULL AND distinct_items IS NULL AND bytes IS NULL AND sha256 IS NULL))
) STRICT, WITHOUT ROWID;

-- Credits are whole micro-credits. Until now one stood for every executed second, and a second has as many microseconds.
ALTER TABLE runs ADD COLUMN credits INTEGER NOT NULL DEFAULT 0 CHECK (credits >= 0);
ALTER TABLE runs ADD COLUMN budget TEXT;
ALTER TABLE steps ADD COLUMN rate INTEGER NOT NULL DEFAULT 1000000 CHECK (rate >= 0);
ALTER TABLE steps ADD COLUMN fee INTEGER NOT NULL DEFAULT 0 CHECK (fee >= 0);
ALTER TABLE steps ADD COLUMN reported INTEGER NOT NULL DEFAULT 0 CHECK (reported >= 0);
ALTER TABLE attempts ADD COLUMN rate INTEGER NOT NULL DEFAULT 1000000 CHECK (rate >= 0);
ALTER TABLE attempts ADD COLUMN fee INTEGER NOT NULL DEFAULT 0 CHECK (fee >= 0);
ALTER TABLE attempts ADD COLUMN reported INTEGER NOT NULL DEFAULT 0 CHECK (reported >= 0);
UPDATE runs SET credits = used;

DROP TRIGGER runs_stay_ended;
CREATE TRIGGER runs_stay_ended
AFTER UPDATE OF state, cause, error, stop, pause, open, active, ready, started_at, ended_at, due_at, used, credits, budget, items ON runs
WHEN OLD.ended_at IS NOT NULL
BEGIN
  SELECT RAISE(ROLLBACK, 'the run has ended');
END;

DROP TRIGGER steps_stay_ended;
CREATE TRIGGER steps_stay_ended
AFTER UPDATE OF state, result, fence, attempt_open, outcome, item_seq, rate, fee, reported ON steps
WHEN OLD.state >= 4
BEGIN
  SELECT RAISE(ROLLBACK, 'the step has ended');
END;
