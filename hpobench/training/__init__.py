"""Learners that problems share, and what holds of several of these problems."""

ALIKE = "in 25 evaluations, a panel of strategies comes to about the same test loss"
"""Why a problem that trains models is a control."""
