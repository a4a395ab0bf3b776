INSERT INTO labels (run, name, value, org)
SELECT * FROM unnest($1::uuid[], $2::text[], $3::text[], $4::uuid[])
