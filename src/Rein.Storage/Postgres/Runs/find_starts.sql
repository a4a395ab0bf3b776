SELECT k.org, k.key, k.digest, k.run
FROM unnest($1::uuid[], $2::text[]) AS w(org, key)
JOIN start_keys AS k ON k.org = w.org AND k.key = w.key AND k.at > $3
