DELETE FROM duties WHERE id = @id
