"""What the intervals and bands of a report are called, and how well they cover."""
