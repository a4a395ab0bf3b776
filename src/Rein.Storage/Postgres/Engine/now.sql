SELECT micros()
