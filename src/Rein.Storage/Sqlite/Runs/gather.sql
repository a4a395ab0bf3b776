-- The steps of one node in all iterations of its loop: their ids begin with its own and a bracket, behind which the next sign is a backslash.
SELECT id, result FROM steps WHERE run = @run AND id >= @node || '[' AND id < @node || '\' AND state = 4 AND result IS NOT NULL
