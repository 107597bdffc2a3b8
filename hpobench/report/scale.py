"""What the numbers of a test regret mean, in words."""

SCALE = "0 is the reference, 1 the median of one random evaluation"
"""The scale of a test regret."""
ZERO = (
    "The reference is the optimum or, where none is known, the test score of the configuration "
    "that was best on validation in a long search, and below it is no achievement."
)
"""What a test regret of 0 means."""
