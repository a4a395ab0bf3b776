-- A statement of its own after the lock: it sees what the unit that held the limit before has committed.
SELECT w.org, w.key, (SELECT count(*) FROM held AS h WHERE h.org = w.org AND h.key = w.key)
FROM unnest($1::uuid[], $2::text[]) AS w(org, key)
