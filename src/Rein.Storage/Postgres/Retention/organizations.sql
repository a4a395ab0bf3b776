WITH RECURSIVE orgs (org) AS (
  SELECT (SELECT r.org FROM runs AS r ORDER BY r.org LIMIT 1)
  UNION ALL
  SELECT (SELECT r.org FROM runs AS r WHERE r.org > orgs.org ORDER BY r.org LIMIT 1) FROM orgs WHERE orgs.org IS NOT NULL)
SELECT org FROM orgs WHERE org IS NOT NULL
