SELECT
  s.run, s.id, s.state, s.tries, s.due_at, s.is_due, s.arrived, s.enabling, s.child, s.error, s.try, s.fence, s.session, s.worker, s.assigned_at,
  s.ended_at, s.outcome, s.proof, s.item_seq, s.rate, s.fee, s.reported, CASE WHEN w.with_result THEN s.result END
FROM unnest($1::uuid[], $2::text[], $3::boolean[]) AS w(run, id, with_result)
JOIN steps AS s ON s.run = w.run AND s.id = w.id
