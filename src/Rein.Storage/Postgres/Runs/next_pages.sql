SELECT w.run, w.step, p.first, p.items
FROM unnest($1::uuid[], $2::text[]) AS w(run, step)
CROSS JOIN LATERAL (SELECT first, items FROM loop_pages WHERE run = w.run AND step = w.step ORDER BY first LIMIT $3) AS p
ORDER BY w.run, w.step, p.first
