-- The lost connection may still look alive to the server. The transaction's number guards against a process id that was given out again.
SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid = $1 AND backend_xid IS NOT NULL AND backend_xid = ($2::text::xid8)::xid
