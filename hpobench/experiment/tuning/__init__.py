"""A run for a user's own function, in real processes, with a file that goes on after a kill."""
