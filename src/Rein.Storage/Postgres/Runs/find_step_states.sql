SELECT s.run, s.id, s.state < 4
FROM unnest($1::uuid[], $2::text[]) AS w(run, id)
JOIN steps AS s ON s.run = w.run AND s.id = w.id
