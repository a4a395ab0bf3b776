UPDATE extras SET json = @json WHERE run = @run AND org = @org AND json = @before
