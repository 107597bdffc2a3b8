"""Learners that problems share."""
