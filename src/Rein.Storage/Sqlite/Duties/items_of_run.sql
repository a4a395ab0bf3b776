SELECT json FROM items WHERE run = @run ORDER BY fence, step, seq
