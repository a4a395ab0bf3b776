DELETE FROM blocked AS b
USING unnest($1::uuid[], $2::text[], $3::integer[], $4::bigint[], $5::uuid[]) AS w(org, key, rank, since, run)
WHERE b.org = w.org AND b.key = w.key AND b.rank = w.rank AND b.since = w.since AND b.run = w.run
