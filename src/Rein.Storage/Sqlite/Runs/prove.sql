UPDATE runs
SET revision = @revision, changed_at = @changed_at, unproved = @unproved, killed = @killed, handed_out = @handed_out
WHERE id = @id AND revision = @before AND ended_at IS NOT NULL
