-- From place to place by hops over the index; of each, no more rows than are counted.
WITH RECURSIVE places(pool, kind) AS (
  (SELECT pool, kind FROM ready ORDER BY pool, kind LIMIT 1)
  UNION ALL
  SELECT n.pool, n.kind
  FROM places AS p,
    LATERAL (SELECT r.pool, r.kind FROM ready AS r WHERE (r.pool, r.kind) > (p.pool, p.kind) ORDER BY r.pool, r.kind LIMIT 1) AS n)
SELECT p.pool, p.kind, c.waiting, c.oldest
FROM places AS p,
  LATERAL (
    SELECT count(*) AS waiting, min(f.since) AS oldest
    FROM (
      SELECT r.since FROM ready AS r WHERE r.pool = p.pool AND r.kind = p.kind AND r.org = $1
      ORDER BY r.rank, r.since LIMIT $2) AS f) AS c
WHERE c.waiting > 0
