-- What an organization has executed in a month is summed over its pruned runs, too, and not over those of everybody.
CREATE INDEX pruned_by_org ON pruned (org, run);
