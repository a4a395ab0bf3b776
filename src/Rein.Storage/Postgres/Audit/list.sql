SELECT number, at, org, actor, action, target, request, detail
FROM audit
WHERE org = $1 AND number < $2
  AND ($3::integer IS NULL OR action = $3)
  AND ($4::text IS NULL OR actor = $4)
  AND ($5::text IS NULL OR target = $5)
  AND ($6::bigint IS NULL OR at >= $6)
  AND ($7::bigint IS NULL OR at < $7)
ORDER BY number DESC
LIMIT $8
