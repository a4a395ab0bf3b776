SELECT digest, run FROM start_keys WHERE org = @org AND key = @key AND at > @forgotten
