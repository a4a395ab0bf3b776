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
