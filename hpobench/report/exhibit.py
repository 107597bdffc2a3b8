"""A figure with what belongs to it: its caption, and the numbers that are drawn."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from matplotlib.figure import Figure
from numpy.typing import NDArray

from .. import style
from ..figures.panels import Curve


@dataclass(frozen=True)
class Exhibit:
    """A figure under its caption; without one, the caption says why."""

    name: str
    title: str
    caption: str
    """What one must know to read it."""
    draw: Callable[[], Figure] | None = None
    """Draws it, within the style; None: there is nothing to draw."""
    notes: str = ""
    """How its numbers were made; empty: the caption says all."""
    headings: tuple[str, ...] = ()
    """Of its numbers."""
    numbers: Sequence[Sequence[object]] = ()


def missing(name: str, title: str, reason: str) -> Exhibit:
    """Return what stands in place of a figure that cannot be drawn."""
    return Exhibit(name, title, f"n/a: {reason}.")


def rendered(exhibit: Exhibit) -> tuple[bytes, bytes] | str:
    """Return a figure as PNG and PDF, within the style, or say why there is none."""
    if exhibit.draw is None:
        return exhibit.caption
    try:
        figure = exhibit.draw()
        return style.png(figure), style.pdf(figure)
    except Exception as error:  # noqa: BLE001  # what a library can't draw costs one figure only
        return f"n/a: it could not be drawn ({type(error).__name__}: {error})."


def by_budget(
    panel: str, grid: NDArray[np.float64], curves: Mapping[str, Curve]
) -> list[tuple[object, ...]]:
    """Return the numbers of a panel: panel, strategy, budget, centre, low, high."""
    return [
        (panel, name, *(float(number) for number in row))
        for name, curve in curves.items()
        for row in zip(grid, curve.centre, curve.low, curve.high, strict=True)
    ]
