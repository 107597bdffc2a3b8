"""Figures: each file draws one kind, from arrays; figures are drawn and saved in the style."""

from . import curves, heat, intervals, ranks, seconds, validation

__all__ = ["curves", "heat", "intervals", "ranks", "seconds", "validation"]
