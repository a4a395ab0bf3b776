WITH RECURSIVE orgs (org) AS (
  SELECT min(org) FROM runs
  UNION ALL
  SELECT (SELECT min(runs.org) FROM runs WHERE runs.org > orgs.org) FROM orgs WHERE org IS NOT NULL)
SELECT org FROM orgs WHERE org IS NOT NULL
