SELECT run, id, fence, session FROM steps WHERE session = $1 AND attempt_open
