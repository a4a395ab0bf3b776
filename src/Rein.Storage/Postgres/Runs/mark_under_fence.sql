-- A mark that comes behind a later one changes nothing.
INSERT INTO marks (run, kind, step, fence, number, at, json)
SELECT w.run, w.kind, w.step, w.fence, w.number, w.at, w.json
FROM unnest($1::uuid[], $2::integer[], $3::text[], $4::bigint[], $5::bigint[], $6::bigint[], $7::bytea[]) AS w(run, kind, step, fence, number, at, json)
JOIN steps AS s ON s.run = w.run AND s.id = w.step AND s.fence = w.fence AND s.state = 2
ON CONFLICT (run, kind, step) DO UPDATE SET fence = excluded.fence, number = excluded.number, at = excluded.at, json = excluded.json
WHERE (excluded.fence, excluded.number) > (marks.fence, marks.number)
