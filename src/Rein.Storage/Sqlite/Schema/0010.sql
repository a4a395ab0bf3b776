-- What another API has to remember beside a run, and the id that its client chose. Nothing here looks into the JSON.
CREATE TABLE extras (
  run BLOB PRIMARY KEY,
  org BLOB NOT NULL,
  alias TEXT,
  json TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX extras_by_alias ON extras (org, alias) WHERE alias IS NOT NULL;

-- The same beside a workflow.
CREATE TABLE workflow_extras (
  org BLOB NOT NULL,
  name TEXT NOT NULL,
  json TEXT NOT NULL,
  PRIMARY KEY (org, name)
) STRICT, WITHOUT ROWID;
CREATE INDEX workflows_by_id ON workflows (org, id);
