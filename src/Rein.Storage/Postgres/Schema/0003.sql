-- Accounts of items know more now, and may have failed. Those that were made are owed again.
ALTER TABLE duties ADD COLUMN failures integer NOT NULL DEFAULT 0;
INSERT INTO duties (kind, run, org, due_at) SELECT 2, runs.id, runs.org, exports.at FROM exports JOIN runs ON runs.id = exports.run;
DROP TABLE exports;
CREATE TABLE exports (
  run uuid PRIMARY KEY,
  items bigint,
  distinct_items bigint CHECK (distinct_items BETWEEN 0 AND items),
  bytes bigint,
  sha256 text,
  at bigint NOT NULL,
  error text,
  CONSTRAINT done_or_failed CHECK (
    (error IS NULL AND items IS NOT NULL AND distinct_items IS NOT NULL AND bytes IS NOT NULL AND sha256 IS NOT NULL)
    OR (error IS NOT NULL AND items IS NULL AND distinct_items IS NULL AND bytes IS NULL AND sha256 IS NULL))
);

-- Credits are whole micro-credits. Until now one stood for every executed second, and a second has as many microseconds.
ALTER TABLE runs ADD COLUMN credits bigint NOT NULL DEFAULT 0 CHECK (credits >= 0), ADD COLUMN budget bytea;
ALTER TABLE steps
  ADD COLUMN rate bigint NOT NULL DEFAULT 1000000 CHECK (rate >= 0),
  ADD COLUMN fee bigint NOT NULL DEFAULT 0 CHECK (fee >= 0),
  ADD COLUMN reported bigint NOT NULL DEFAULT 0 CHECK (reported >= 0);
ALTER TABLE attempts
  ADD COLUMN rate bigint NOT NULL DEFAULT 1000000 CHECK (rate >= 0),
  ADD COLUMN fee bigint NOT NULL DEFAULT 0 CHECK (fee >= 0),
  ADD COLUMN reported bigint NOT NULL DEFAULT 0 CHECK (reported >= 0);
UPDATE runs SET credits = used;

DROP TRIGGER runs_stay_ended ON runs;
CREATE TRIGGER runs_stay_ended BEFORE UPDATE ON runs FOR EACH ROW
WHEN (OLD.ended_at IS NOT NULL AND
  (OLD.state, OLD.cause, OLD.error, OLD.stop, OLD.pause, OLD.open, OLD.active, OLD.ready, OLD.started_at, OLD.ended_at, OLD.due_at, OLD.used, OLD.credits,
   OLD.budget, OLD.items)
  IS DISTINCT FROM
  (NEW.state, NEW.cause, NEW.error, NEW.stop, NEW.pause, NEW.open, NEW.active, NEW.ready, NEW.started_at, NEW.ended_at, NEW.due_at, NEW.used, NEW.credits,
   NEW.budget, NEW.items))
EXECUTE FUNCTION refuse_change();

DROP TRIGGER steps_stay_ended ON steps;
CREATE TRIGGER steps_stay_ended BEFORE UPDATE ON steps FOR EACH ROW
WHEN (OLD.state >= 4 AND
  (OLD.state, OLD.result, OLD.fence, OLD.attempt_open, OLD.outcome, OLD.item_seq, OLD.rate, OLD.fee, OLD.reported) IS DISTINCT FROM
  (NEW.state, NEW.result, NEW.fence, NEW.attempt_open, NEW.outcome, NEW.item_seq, NEW.rate, NEW.fee, NEW.reported))
EXECUTE FUNCTION refuse_change();
