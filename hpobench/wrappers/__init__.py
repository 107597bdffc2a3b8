"""Variations of problems: each takes a problem and returns another."""
