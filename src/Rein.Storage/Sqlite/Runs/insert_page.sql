INSERT OR ROLLBACK INTO loop_pages (run, step, first, items) VALUES (@run, @step, @first, @items)
