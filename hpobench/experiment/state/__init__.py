"""What state a folder of results is in: what was planned, what is done, and what is left over."""
