"""Processes: made clean, given little, and ended together with all that they have started."""
