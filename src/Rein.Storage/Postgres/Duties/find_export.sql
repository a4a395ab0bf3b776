SELECT items, sha256, at FROM exports WHERE run = $1
