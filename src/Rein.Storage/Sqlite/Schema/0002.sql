-- Receipts in one chain per organization: an entry gets its place once, and a seal signs the link of the last one it covers.
ALTER TABLE receipt_entries ADD COLUMN place INTEGER;
ALTER TABLE receipt_entries ADD COLUMN link BLOB;
CREATE UNIQUE INDEX receipt_entries_in_chain ON receipt_entries (org, place) WHERE place IS NOT NULL;
CREATE INDEX receipt_entries_loose ON receipt_entries (org, run, n) WHERE place IS NULL;

DROP TRIGGER receipt_entries_are_never_changed;
CREATE TRIGGER receipt_entries_are_never_changed BEFORE UPDATE OF run, n, org, kind, body, hash ON receipt_entries
BEGIN
  SELECT RAISE(ABORT, 'a receipt is only appended to');
END;
CREATE TRIGGER receipt_entries_keep_their_place BEFORE UPDATE OF place, link ON receipt_entries
WHEN OLD.place IS NOT NULL
BEGIN
  SELECT RAISE(ABORT, 'the entry has its place in the chain');
END;

CREATE TABLE seals (
  org BLOB NOT NULL,
  number INTEGER NOT NULL CHECK (number >= 1),
  place INTEGER NOT NULL CHECK (place >= number),
  link BLOB NOT NULL,
  at INTEGER NOT NULL,
  key TEXT NOT NULL,
  signature BLOB NOT NULL,
  PRIMARY KEY (org, number),
  UNIQUE (org, place)
) STRICT, WITHOUT ROWID;

CREATE TRIGGER seals_are_never_changed BEFORE UPDATE ON seals
BEGIN
  SELECT RAISE(ABORT, 'a seal is only appended');
END;

-- The public halves (SubjectPublicKeyInfo) of the keys that sign.
CREATE TABLE seal_keys (
  id TEXT PRIMARY KEY,
  public_key BLOB NOT NULL,
  since INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
