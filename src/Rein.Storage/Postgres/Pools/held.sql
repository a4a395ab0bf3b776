SELECT session, count(*) FROM steps WHERE session = ANY($1) AND attempt_open GROUP BY session
