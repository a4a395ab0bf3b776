-- The lock is the run's: whoever holds it decides about all its steps, and a row of ready is only written under it. So withdrawing
-- a row never waits for a claim. A step that was handed out since the rows were read is still in the queue for this statement; the
-- second lock looks at its row as it is now.
SELECT w.place
FROM unnest($1::text[], $2::text[], $3::uuid[], $4::integer[], $5::bigint[], $6::uuid[], $7::text[])
  WITH ORDINALITY AS w(pool, kind, org, rank, since, run, step, place)
JOIN ready AS n ON n.pool = w.pool AND n.kind = w.kind AND n.org = w.org AND n.rank = w.rank AND n.since = w.since AND n.run = w.run AND n.step = w.step
JOIN runs AS r ON r.id = w.run
ORDER BY w.place
LIMIT $8
FOR NO KEY UPDATE OF r SKIP LOCKED
FOR UPDATE OF n SKIP LOCKED
