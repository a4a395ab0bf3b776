-- Receipts in one chain per organization: an entry gets its place once, and a seal signs the link of the last one it covers.
ALTER TABLE receipt_entries ADD COLUMN place bigint, ADD COLUMN link bytea;
CREATE UNIQUE INDEX receipt_entries_in_chain ON receipt_entries (org, place) WHERE place IS NOT NULL;
CREATE INDEX receipt_entries_loose ON receipt_entries (org, run, n) WHERE place IS NULL;

DROP TRIGGER receipt_entries_are_never_changed ON receipt_entries;
CREATE TRIGGER receipt_entries_are_never_changed BEFORE UPDATE OF run, n, org, kind, body, hash ON receipt_entries FOR EACH ROW
EXECUTE FUNCTION refuse_change();
CREATE TRIGGER receipt_entries_keep_their_place BEFORE UPDATE OF place, link ON receipt_entries FOR EACH ROW WHEN (OLD.place IS NOT NULL)
EXECUTE FUNCTION refuse_change();

CREATE TABLE seals (
  org uuid NOT NULL,
  number bigint NOT NULL CHECK (number >= 1),
  place bigint NOT NULL CHECK (place >= number),
  link bytea NOT NULL,
  at bigint NOT NULL,
  key text NOT NULL,
  signature bytea NOT NULL,
  PRIMARY KEY (org, number),
  UNIQUE (org, place)
);

CREATE TRIGGER seals_are_never_changed BEFORE UPDATE ON seals FOR EACH ROW
EXECUTE FUNCTION refuse_change();

-- The public halves (SubjectPublicKeyInfo) of the keys that sign.
CREATE TABLE seal_keys (
  id text PRIMARY KEY,
  public_key bytea NOT NULL,
  since bigint NOT NULL
);
