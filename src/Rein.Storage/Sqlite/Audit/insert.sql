INSERT INTO audit (org, at, actor, action, target, request, detail) VALUES (@org, @at, @actor, @action, @target, @request, @detail)
