SELECT org FROM ready WHERE pool = @pool AND kind = @kind AND org > @after ORDER BY org LIMIT 1
