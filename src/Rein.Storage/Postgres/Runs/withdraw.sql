DELETE FROM ready AS r
USING unnest($1::text[], $2::text[], $3::uuid[], $4::integer[], $5::bigint[], $6::uuid[], $7::text[]) AS w(pool, kind, org, rank, since, run, step)
WHERE r.pool = w.pool AND r.kind = w.kind AND r.org = w.org AND r.rank = w.rank AND r.since = w.since AND r.run = w.run AND r.step = w.step
