"""Figures: each file draws one kind, from arrays; figures are drawn and saved in the style."""

from . import curves, heat, intervals, lines, matrix, ranks, seconds, shares, validation

__all__ = [
    "curves",
    "heat",
    "intervals",
    "lines",
    "matrix",
    "ranks",
    "seconds",
    "shares",
    "validation",
]
