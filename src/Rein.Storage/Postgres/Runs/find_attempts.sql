SELECT s.run, s.id, s.fence, s.attempt_open, s.item_seq, s.log_seq, s.log_bytes
FROM unnest($1::uuid[], $2::text[], $3::bigint[]) AS w(run, id, fence)
JOIN steps AS s ON s.run = w.run AND s.id = w.id AND s.fence = w.fence
