SELECT 1
FROM unnest($1::uuid[], $2::bigint[], $3::bigint[], $4::bytea[]) AS w(run, seq, at, lines)
JOIN events AS e ON e.run = w.run AND e.seq = w.seq AND e.at = w.at AND e.lines = w.lines
