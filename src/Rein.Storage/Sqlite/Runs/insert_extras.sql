INSERT INTO extras (run, org, alias, json) VALUES (@run, @org, @alias, @json)
