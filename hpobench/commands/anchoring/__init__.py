"""Anchors for users' own problems: the evaluations, in processes of their own, and the file."""
