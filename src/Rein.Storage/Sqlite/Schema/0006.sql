-- The latest that an attempt has said of where it is: progress (kind 2), for people; a checkpoint (kind 3), for the next try at its step.
CREATE TABLE marks (
  run BLOB NOT NULL,
  kind INTEGER NOT NULL CHECK (kind IN (2, 3)),
  step TEXT NOT NULL,
  fence INTEGER NOT NULL,
  number INTEGER NOT NULL CHECK (number >= 1),
  at INTEGER NOT NULL,
  json TEXT NOT NULL,
  PRIMARY KEY (run, kind, step)
) STRICT;
