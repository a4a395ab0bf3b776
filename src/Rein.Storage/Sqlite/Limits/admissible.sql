SELECT org, key
FROM limits
WHERE held < max AND EXISTS (SELECT 1 FROM blocked WHERE blocked.org = limits.org AND blocked.key = limits.key)
LIMIT @count
