-- How large the results of these nodes are in all iterations of their loop, where no item is left to begin.
SELECT w.run, w.loop, coalesce(sum(octet_length(s.result)), 0)::bigint
FROM unnest($1::uuid[], $2::text[], $3::text[]) AS w(run, loop, node)
LEFT JOIN steps AS s ON s.run = w.run AND s.id >= w.node || '[' AND s.id < w.node || '\' AND s.state = 4
WHERE NOT EXISTS (SELECT 1 FROM loop_pages AS p WHERE p.run = w.run AND p.step = w.loop)
GROUP BY w.run, w.loop
