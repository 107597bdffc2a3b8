"""Runs on processes of this machine, each of them watched, and ended with all that it started."""
