"""Runs are made again under other circumstances, and compared with those that were sealed."""
