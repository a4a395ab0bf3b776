SELECT pg_try_advisory_xact_lock(hashtextextended(current_schema || ' prunes', 0))
