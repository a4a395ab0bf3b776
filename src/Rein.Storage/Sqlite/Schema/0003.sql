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
