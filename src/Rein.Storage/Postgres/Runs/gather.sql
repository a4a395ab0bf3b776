-- The steps of some nodes in all iterations of their loop, where no item is left to begin: their ids begin with the node's and a bracket, behind which the
-- next sign is a backslash. Of a loop whose results are larger than $4 bytes together, none.
WITH wanted AS MATERIALIZED (
  SELECT w.run, w.loop, w.node
  FROM unnest($1::uuid[], $2::text[], $3::text[]) AS w(run, loop, node)
  WHERE NOT EXISTS (SELECT 1 FROM loop_pages AS p WHERE p.run = w.run AND p.step = w.loop)),
whole AS MATERIALIZED (
  SELECT w.run, w.loop
  FROM wanted AS w
  JOIN steps AS x ON x.run = w.run AND x.id >= w.node || '[' AND x.id < w.node || '\' AND x.state = 4
  GROUP BY w.run, w.loop
  HAVING coalesce(sum(octet_length(x.result)), 0) <= $4)
SELECT s.run, w.loop, s.id, s.result
FROM wanted AS w
JOIN whole AS o ON o.run = w.run AND o.loop = w.loop
JOIN steps AS s ON s.run = w.run AND s.id >= w.node || '[' AND s.id < w.node || '\' AND s.state = 4 AND s.result IS NOT NULL
