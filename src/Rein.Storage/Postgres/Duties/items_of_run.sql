SELECT json FROM items WHERE run = $1 ORDER BY fence, step, seq
