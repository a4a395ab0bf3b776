-- Nothing where somebody else has made this one.
INSERT INTO seals (org, number, place, link, at, key, signature)
VALUES (@org, @number, @place, @link, @at, @key, @signature)
ON CONFLICT DO NOTHING
