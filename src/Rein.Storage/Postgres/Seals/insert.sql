-- Nothing where somebody else has made this one.
INSERT INTO seals (org, number, place, link, at, key, signature)
VALUES ($1, $2, $3, $4, $5, $6, $7)
ON CONFLICT DO NOTHING
