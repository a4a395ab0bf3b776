-- In the order given, which is ascending.
SELECT l.org, l.key, l.max
FROM unnest($1::uuid[], $2::text[]) WITH ORDINALITY AS w(org, key, place)
JOIN limits AS l ON l.org = w.org AND l.key = w.key
ORDER BY w.place
FOR NO KEY UPDATE OF l
