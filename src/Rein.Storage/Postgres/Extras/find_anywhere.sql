SELECT id FROM runs WHERE id = $1
UNION ALL
SELECT e.run FROM (SELECT id FROM organizations ORDER BY id LIMIT $3) AS o CROSS JOIN LATERAL (SELECT x.run FROM extras AS x WHERE x.org = o.id AND x.alias = $2) AS e
LIMIT 1
