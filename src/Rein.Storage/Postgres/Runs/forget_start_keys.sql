DELETE FROM start_keys AS k
USING unnest($1::uuid[], $2::text[]) AS w(org, key)
WHERE k.org = w.org AND k.key = w.key AND k.at <= $3
