"""Learners, tables and splits of data that several problems use."""

ALIKE = "in 25 evaluations, a panel of strategies comes to about the same test loss"
"""Why a problem that trains models is a control."""
