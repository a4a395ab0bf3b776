-- Keys: expiry, the secret that a rotation replaced, and when they were used, coarsely.
ALTER TABLE api_keys ADD COLUMN expires_at INTEGER;
ALTER TABLE api_keys ADD COLUMN former_hash BLOB;
ALTER TABLE api_keys ADD COLUMN former_until INTEGER;
ALTER TABLE api_keys ADD COLUMN used_at INTEGER;
ALTER TABLE api_keys ADD COLUMN requests_per_second REAL;
ALTER TABLE api_keys ADD COLUMN stops_per_second REAL;

CREATE TABLE stop_links (
  id BLOB PRIMARY KEY,
  org BLOB NOT NULL,
  run BLOB NOT NULL,
  prefix TEXT NOT NULL UNIQUE,
  hash BLOB NOT NULL,
  name TEXT NOT NULL,
  creator TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  expires_at INTEGER,
  revoked_at INTEGER
) STRICT, WITHOUT ROWID;
CREATE INDEX stop_links_by_run ON stop_links (run, id);

-- The value is sealed under the key that key_id names; the key itself is nowhere in the database.
CREATE TABLE secrets (
  org BLOB NOT NULL,
  name TEXT NOT NULL,
  key_id TEXT NOT NULL,
  value BLOB NOT NULL,
  set_at INTEGER NOT NULL,
  PRIMARY KEY (org, name)
) STRICT, WITHOUT ROWID;

-- Who did what. It only grows.
CREATE TABLE audit (
  number INTEGER PRIMARY KEY AUTOINCREMENT,
  org BLOB NOT NULL,
  at INTEGER NOT NULL,
  actor TEXT NOT NULL,
  action INTEGER NOT NULL,
  target TEXT NOT NULL,
  request BLOB NOT NULL,
  detail TEXT
) STRICT;
CREATE INDEX audit_by_org ON audit (org, number);

CREATE TRIGGER audit_is_not_changed BEFORE UPDATE ON audit
BEGIN
  SELECT RAISE(ROLLBACK, 'the audit only grows');
END;

CREATE TRIGGER audit_is_not_shortened BEFORE DELETE ON audit
BEGIN
  SELECT RAISE(ROLLBACK, 'the audit only grows');
END;
