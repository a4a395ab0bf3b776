SELECT max, (SELECT count(*) FROM held AS h WHERE h.org = l.org AND h.key = l.key) FROM limits AS l WHERE org = $1 AND key = $2
