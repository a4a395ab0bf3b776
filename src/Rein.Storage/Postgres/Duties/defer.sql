UPDATE duties SET due_at = micros() + $2 WHERE id = $1
