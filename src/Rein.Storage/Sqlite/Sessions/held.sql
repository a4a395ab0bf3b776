SELECT run, id, fence, session FROM steps WHERE session = @session AND attempt_open = 1
