-- A clock that was set back while nobody ran must not go on before what was committed: the timers of whoever lives were set by it.
SELECT max(changed_at) FROM runs INDEXED BY runs_live WHERE ended_at IS NULL
