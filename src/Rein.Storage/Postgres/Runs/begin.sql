-- By both numbers the transaction is found, and ended, when the connection is lost in the middle of the commit.
SELECT micros(), pg_current_xact_id()::text::bigint, pg_backend_pid()
