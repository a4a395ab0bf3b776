INSERT INTO duties (kind, run, org, due_at) VALUES (@kind, @run, @org, @due_at)
