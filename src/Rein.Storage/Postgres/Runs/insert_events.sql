INSERT INTO events (run, seq, at, lines)
SELECT * FROM unnest($1::uuid[], $2::bigint[], $3::bigint[], $4::bytea[])
