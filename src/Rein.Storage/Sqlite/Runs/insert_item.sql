INSERT INTO items (run, fence, step, seq, json) VALUES (@run, @fence, @step, @seq, @json)
