SELECT count(*) FROM steps INDEXED BY steps_held WHERE session = @session AND attempt_open = 1
