DELETE FROM sessions WHERE ended_at <= micros() - $1
