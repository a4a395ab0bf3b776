-- Empty for those who have it so already.
SELECT 1;
