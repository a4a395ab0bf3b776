SELECT id FROM runs WHERE id = @id
UNION ALL
SELECT extras.run FROM organizations CROSS JOIN extras ON extras.org = organizations.id AND extras.alias = @alias
LIMIT 1
