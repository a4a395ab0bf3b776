-- Lines that decided steps wrote themselves: they belong to no attempt.
INSERT INTO logs (run, fence, step, seq, at, text)
SELECT
  w.run, 0, w.step, w.ordinal + (SELECT coalesce(max(l.seq), 0) FROM logs AS l WHERE l.run = w.run AND l.fence = 0 AND l.step = w.step), w.at, w.text
FROM unnest($1::uuid[], $2::text[], $3::bigint[], $4::bigint[], $5::bytea[]) AS w(run, step, ordinal, at, text)
