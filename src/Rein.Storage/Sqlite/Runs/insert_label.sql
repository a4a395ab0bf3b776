INSERT INTO labels (run, name, value, org) VALUES (@run, @name, @value, @org)
