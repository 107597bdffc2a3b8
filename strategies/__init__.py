"""Strategies: one to a file, or one library to a file."""
