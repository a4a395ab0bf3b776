-- The items of a loop that have still to begin, in pages; first is the index of a page's first item. A page of which all have begun is deleted.
CREATE TABLE loop_pages (
  run BLOB NOT NULL,
  step TEXT NOT NULL,
  first INTEGER NOT NULL CHECK (first >= 0),
  items TEXT NOT NULL,
  PRIMARY KEY (run, step, first)
) STRICT;
