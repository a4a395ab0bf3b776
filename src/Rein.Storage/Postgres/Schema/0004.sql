-- Keys: expiry, the secret that a rotation replaced, and when they were used, coarsely.
ALTER TABLE api_keys
  ADD COLUMN expires_at bigint,
  ADD COLUMN former_hash bytea,
  ADD COLUMN former_until bigint,
  ADD COLUMN used_at bigint,
  ADD COLUMN requests_per_second double precision,
  ADD COLUMN stops_per_second double precision;

CREATE TABLE stop_links (
  id uuid PRIMARY KEY,
  org uuid NOT NULL,
  run uuid NOT NULL,
  prefix text COLLATE "C" NOT NULL UNIQUE,
  hash bytea NOT NULL,
  name text NOT NULL,
  creator text NOT NULL,
  created_at bigint NOT NULL,
  expires_at bigint,
  revoked_at bigint
);
CREATE INDEX stop_links_by_run ON stop_links (run, id);

-- The value is sealed under the key that key_id names; the key itself is nowhere in the database.
CREATE TABLE secrets (
  org uuid NOT NULL,
  name text COLLATE "C" NOT NULL,
  key_id text COLLATE "C" NOT NULL,
  value bytea NOT NULL,
  set_at bigint NOT NULL,
  PRIMARY KEY (org, name)
);

-- Who did what. It only grows.
CREATE TABLE audit (
  number bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  org uuid NOT NULL,
  at bigint NOT NULL,
  actor text NOT NULL,
  action integer NOT NULL,
  target text NOT NULL,
  request uuid NOT NULL,
  detail text
);
CREATE INDEX audit_by_org ON audit (org, number);

CREATE TRIGGER audit_is_not_changed BEFORE UPDATE ON audit FOR EACH ROW
EXECUTE FUNCTION refuse_change();

CREATE TRIGGER audit_is_not_shortened BEFORE DELETE ON audit FOR EACH ROW
EXECUTE FUNCTION refuse_change();
