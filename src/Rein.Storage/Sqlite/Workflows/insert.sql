INSERT INTO workflows (id, org, name, version, definition, max_running, saved_at)
VALUES (@id, @org, @name, @version, @definition, @max_running, @saved_at)
