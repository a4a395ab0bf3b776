-- The steps of some nodes in all iterations of their loop, where no item is left to begin: their ids begin with the node's and a bracket, behind which the
-- next sign is a backslash. Of a node whose results are larger than $4 bytes together, none.
SELECT s.run, w.loop, s.id, s.result
FROM unnest($1::uuid[], $2::text[], $3::text[]) AS w(run, loop, node)
JOIN steps AS s ON s.run = w.run AND s.id >= w.node || '[' AND s.id < w.node || '\' AND s.state = 4 AND s.result IS NOT NULL
WHERE NOT EXISTS (SELECT 1 FROM loop_pages AS p WHERE p.run = w.run AND p.step = w.loop)
  AND (
    SELECT coalesce(sum(octet_length(x.result)), 0)
    FROM steps AS x
    WHERE x.run = w.run AND x.id >= w.node || '[' AND x.id < w.node || '\' AND x.state = 4) <= $4
