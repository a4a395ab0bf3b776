-- A session that is forgotten has ended.
SELECT s.run, s.id, s.fence, s.session
FROM steps AS s
LEFT JOIN sessions AS w ON w.id = s.session
WHERE s.attempt_open AND (w.id IS NULL OR w.ended_at IS NOT NULL)
LIMIT $1
