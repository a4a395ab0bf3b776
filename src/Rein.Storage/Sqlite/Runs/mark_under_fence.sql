-- A mark that comes behind a later one changes nothing.
INSERT INTO marks (run, kind, step, fence, number, at, json)
SELECT run, @kind, id, fence, @number, @at, @json FROM steps WHERE run = @run AND id = @id AND fence = @fence AND attempt_open = 1
ON CONFLICT (run, kind, step) DO UPDATE SET fence = excluded.fence, number = excluded.number, at = excluded.at, json = excluded.json
WHERE (excluded.fence, excluded.number) > (marks.fence, marks.number)
