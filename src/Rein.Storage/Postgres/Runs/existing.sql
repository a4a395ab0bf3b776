-- Which of these are there at all: of those that were not locked, the rest is unknown and not merely held by another unit.
SELECT id FROM runs WHERE id = ANY($1) ORDER BY id
