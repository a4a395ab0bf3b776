DELETE FROM sessions WHERE ended_at <= @forgotten
