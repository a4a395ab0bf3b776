DELETE FROM held AS h
USING unnest($1::uuid[], $2::text[], $3::uuid[]) AS w(org, key, run)
WHERE h.org = w.org AND h.key = w.key AND h.run = w.run
