-- Organizations with work of these kinds, found by hops over the index: first those after the one that was served last, then from
-- the beginning. Of each, the first few rows per kind. So the cost depends on what is asked for, and not on what waits.
WITH RECURSIVE ahead(org) AS (
  (SELECT r.org FROM unnest($2::text[]) AS k(kind),
    LATERAL (SELECT n.org FROM ready AS n WHERE n.pool = $1 AND n.kind = k.kind AND n.org > $3 ORDER BY n.org LIMIT 1) AS r
   ORDER BY r.org LIMIT 1)
  UNION ALL
  SELECT (
    SELECT r.org FROM unnest($2::text[]) AS k(kind),
      LATERAL (SELECT n.org FROM ready AS n WHERE n.pool = $1 AND n.kind = k.kind AND n.org > a.org ORDER BY n.org LIMIT 1) AS r
    ORDER BY r.org LIMIT 1)
  FROM ahead AS a WHERE a.org IS NOT NULL),
again(org) AS (
  (SELECT r.org FROM unnest($2::text[]) AS k(kind),
    LATERAL (SELECT n.org FROM ready AS n WHERE n.pool = $1 AND n.kind = k.kind AND n.org <= $3 ORDER BY n.org LIMIT 1) AS r
   ORDER BY r.org LIMIT 1)
  UNION ALL
  SELECT (
    SELECT r.org FROM unnest($2::text[]) AS k(kind),
      LATERAL (SELECT n.org FROM ready AS n WHERE n.pool = $1 AND n.kind = k.kind AND n.org > a.org AND n.org <= $3 ORDER BY n.org LIMIT 1) AS r
    ORDER BY r.org LIMIT 1)
  FROM again AS a WHERE a.org IS NOT NULL),
turns AS (
  SELECT org, row_number() OVER () AS place
  FROM (SELECT org FROM ahead UNION ALL SELECT org FROM again LIMIT $4 + 2 + cardinality($5::uuid[])) AS found
  WHERE org IS NOT NULL AND org <> ALL($5))
SELECT f.kind, t.org, f.rank, f.since, f.run, f.step
FROM turns AS t,
  LATERAL (
    SELECT k.kind, r.rank, r.since, r.run, r.step, row_number() OVER (ORDER BY r.rank, r.since, r.run, r.step) AS turn
    FROM unnest($2::text[]) AS k(kind),
      LATERAL (
        SELECT n.rank, n.since, n.run, n.step FROM ready AS n
        WHERE n.pool = $1 AND n.kind = k.kind AND n.org = t.org
        ORDER BY n.rank, n.since, n.run, n.step LIMIT $4) AS r) AS f
ORDER BY f.turn, t.place
LIMIT $4
