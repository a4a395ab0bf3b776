SELECT number, at, org, actor, action, target, request, detail
FROM audit
WHERE org = @org AND number < @before
  AND (@action IS NULL OR action = @action)
  AND (@actor IS NULL OR actor = @actor)
  AND (@target IS NULL OR target = @target)
  AND (@since IS NULL OR at >= @since)
  AND (@until IS NULL OR at < @until)
ORDER BY number DESC
LIMIT @count
