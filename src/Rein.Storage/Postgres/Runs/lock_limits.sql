SELECT l.org, l.key, l.max
FROM unnest($1::uuid[], $2::text[]) AS w(org, key)
JOIN limits AS l ON l.org = w.org AND l.key = w.key
ORDER BY l.org, l.key
FOR NO KEY UPDATE OF l
