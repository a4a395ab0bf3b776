INSERT INTO loop_pages (run, step, first, items)
SELECT * FROM unnest($1::uuid[], $2::text[], $3::integer[], $4::bytea[])
