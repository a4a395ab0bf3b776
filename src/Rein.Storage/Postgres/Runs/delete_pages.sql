DELETE FROM loop_pages AS p
USING unnest($1::uuid[], $2::text[], $3::integer[]) AS w(run, step, first)
WHERE p.run = w.run AND p.step = w.step AND p.first = w.first
