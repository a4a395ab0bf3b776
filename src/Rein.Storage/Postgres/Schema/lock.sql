-- One node brings the schema up to date, the others wait. The lock goes with the transaction.
SELECT pg_advisory_xact_lock(hashtextextended('rein schema ' || $1, 0))
