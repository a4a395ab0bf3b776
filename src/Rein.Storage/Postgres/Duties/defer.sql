UPDATE duties SET due_at = micros() + $2, failures = failures + 1 WHERE id = $1
