-- The latest that an attempt has said of where it is: progress (kind 2), for people; a checkpoint (kind 3), for the next try at its step.
CREATE TABLE marks (
  run uuid NOT NULL,
  kind integer NOT NULL CHECK (kind IN (2, 3)),
  step text COLLATE "C" NOT NULL,
  fence bigint NOT NULL,
  number bigint NOT NULL CHECK (number >= 1),
  at bigint NOT NULL,
  json bytea NOT NULL,
  PRIMARY KEY (run, kind, step)
);
