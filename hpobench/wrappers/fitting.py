"""What an option needs of a problem, where only an instance tells whether it is there."""

NO_MINIMISER = "none is known: Instance(..., minimiser={'x': 0.25}) states it, and so does plain"
"""What is wrong, and what would be right, where an instance has to state its minimiser."""


class UnfitError(ValueError):
    """Raised where an option does not fit a problem, which only an instance of it tells."""
