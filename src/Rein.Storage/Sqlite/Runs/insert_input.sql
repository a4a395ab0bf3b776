INSERT INTO inputs (run, json) VALUES (@run, @json)
