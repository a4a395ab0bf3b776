UPDATE workflow_extras SET json = $4 WHERE org = $1 AND name = $2 AND json = $3
