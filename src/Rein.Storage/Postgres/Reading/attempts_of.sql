SELECT a.step, a.try, a.fence, a.session, a.worker, a.assigned_at, a.ended_at, a.outcome, a.proof, a.items, a.rate, a.fee, a.reported
FROM unnest($2::text[], $3::bigint[]) AS w(step, fence)
JOIN attempts AS a ON a.run = $1 AND a.step = w.step AND a.fence = w.fence
UNION ALL
SELECT s.id, s.try, s.fence, s.session, s.worker, s.assigned_at, s.ended_at, s.outcome, s.proof, s.item_seq, s.rate, s.fee, s.reported
FROM unnest($2::text[], $3::bigint[]) AS w(step, fence)
JOIN steps AS s ON s.run = $1 AND s.id = w.step AND s.fence = w.fence
