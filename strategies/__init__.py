"""Strategies: a file holds one strategy, or all those that wrap one library."""
