-- The receipt lists the last try at each step too.
WITH
  gone AS (DELETE FROM steps WHERE ctid = ANY (ARRAY(SELECT ctid FROM steps WHERE run = ANY($1) LIMIT $2)) RETURNING *),
  kept AS (
    INSERT INTO attempts (run, step, fence, try, session, worker, assigned_at, ended_at, outcome, proof, items, rate, fee, reported)
    SELECT g.run, g.id, g.fence, g.try, g.session, g.worker, g.assigned_at, g.ended_at, g.outcome, g.proof, g.item_seq, g.rate, g.fee, g.reported
    FROM gone AS g
    JOIN pruned AS p ON p.run = g.run
    WHERE p.stop IS NOT NULL AND g.fence IS NOT NULL
    ON CONFLICT DO NOTHING)
SELECT count(*) FROM gone
