-- The items of a loop that have still to begin, in pages; first is the index of a page's first item. A page of which all have begun is deleted.
CREATE TABLE loop_pages (
  run uuid NOT NULL,
  step text COLLATE "C" NOT NULL,
  first integer NOT NULL CHECK (first >= 0),
  items bytea NOT NULL,
  PRIMARY KEY (run, step, first)
);
