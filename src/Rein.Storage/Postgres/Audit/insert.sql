INSERT INTO audit (org, at, actor, action, target, request, detail) VALUES ($1, micros(), $2, $3, $4, $5, $6)
