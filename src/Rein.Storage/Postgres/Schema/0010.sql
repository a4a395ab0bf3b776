-- What another API has to remember beside a run, and the id that its client chose. Nothing here looks into the JSON.
CREATE TABLE extras (
  run uuid PRIMARY KEY,
  org uuid NOT NULL,
  alias text COLLATE "C",
  json bytea NOT NULL
);
CREATE UNIQUE INDEX extras_by_alias ON extras (org, alias) WHERE alias IS NOT NULL;

-- The same beside a workflow.
CREATE TABLE workflow_extras (
  org uuid NOT NULL,
  name text COLLATE "C" NOT NULL,
  json bytea NOT NULL,
  PRIMARY KEY (org, name)
);
CREATE INDEX workflows_by_id ON workflows (org, id);
