DELETE FROM pruned WHERE run = @run
