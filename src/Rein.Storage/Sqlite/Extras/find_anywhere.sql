SELECT id FROM runs WHERE id = @id
UNION ALL
SELECT extras.run FROM (SELECT id FROM organizations ORDER BY id LIMIT @most) AS oldest CROSS JOIN extras ON extras.org = oldest.id AND extras.alias = @alias
LIMIT 1
