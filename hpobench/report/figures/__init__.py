"""Figures: each takes arrays and returns a matplotlib Figure, to be made and saved in the style."""

from . import curves, heat, intervals, ranks, seconds, validation

__all__ = ["curves", "heat", "intervals", "ranks", "seconds", "validation"]
