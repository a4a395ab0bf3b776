-- In the order given, which is ascending.
SELECT s.run, s.id, s.fence, s.attempt_open, s.item_seq, s.log_seq, s.log_bytes
FROM unnest($1::uuid[], $2::text[], $3::bigint[]) WITH ORDINALITY AS w(run, id, fence, place)
JOIN steps AS s ON s.run = w.run AND s.id = w.id AND s.fence = w.fence
ORDER BY w.place
FOR NO KEY UPDATE OF s
