UPDATE workflow_extras SET json = @json WHERE org = @org AND name = @name AND json = @before
