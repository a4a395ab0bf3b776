UPDATE extras SET json = $3 WHERE run = $1 AND org = $2 AND json = $4
