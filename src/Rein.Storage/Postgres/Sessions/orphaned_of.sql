SELECT s.run, s.id, s.fence, s.session
FROM sessions AS w
JOIN steps AS s ON s.session = w.id
WHERE w.worker = $1 AND w.org IS NOT DISTINCT FROM $2 AND w.ended_at IS NOT NULL AND s.attempt_open
