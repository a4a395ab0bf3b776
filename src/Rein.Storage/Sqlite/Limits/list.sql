SELECT org, key, max, held, (SELECT count(*) FROM blocked WHERE blocked.org = limits.org AND blocked.key = limits.key)
FROM limits
WHERE org = @org AND key > @after
ORDER BY key
LIMIT @count
