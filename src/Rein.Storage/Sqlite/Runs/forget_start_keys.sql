DELETE FROM start_keys WHERE at <= @forgotten
