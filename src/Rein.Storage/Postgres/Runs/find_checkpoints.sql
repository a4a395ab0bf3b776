SELECT m.run, m.step, m.json
FROM unnest($1::uuid[], $2::text[]) AS w(run, step)
JOIN marks AS m ON m.run = w.run AND m.kind = 3 AND m.step = w.step
