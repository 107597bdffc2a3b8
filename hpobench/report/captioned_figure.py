"""Figures with what belongs to them: captions, notes and the numbers that are drawn."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from ..statistics import FloatArray
from ..trial import Identity
from .figures.panels import Curve
from .looks import style
from .looks.venues import Style

if TYPE_CHECKING:
    from .looks.drawing import Drawing

SHORTENED = " Shortened: "
"""What stands in a caption before the names that are shortened in the figure."""
UNDRAWN = "it could not be drawn"
"""What stands in the place of a figure that a library failed to draw."""


@dataclass(frozen=True)
class CaptionedFigure:
    """A figure and its caption; where there is nothing to draw, the caption says why."""

    name: str
    title: str
    caption: str
    """What a reader must know to read the figure."""
    draw: Callable[[Style], Drawing] | None = None
    """Draws the figure in a style, within it; None: there is nothing to draw."""
    notes: str = ""
    """How the figure's numbers were made; empty: the caption says all."""
    headings: tuple[str, ...] = ()
    """The headings of the columns of `numbers`."""
    numbers: Sequence[Sequence[object]] = ()
    """The rows of numbers that are drawn, for the figure's CSV."""
    problems: frozenset[Identity] | None = None
    """The problems whose runs are behind the figure; None: the runs on all problems are."""


def missing(name: str, title: str, reason: str) -> CaptionedFigure:
    """Return what stands in the place of a figure that cannot be drawn."""
    return CaptionedFigure(name, title, f"n/a: {reason}.")


@dataclass(frozen=True, slots=True)
class Rendering:
    """A figure that was drawn, in bytes."""

    png: bytes
    pdf: bytes
    caption: str
    """The caption, with the names that are shortened in the figure."""


def rendered(exhibit: CaptionedFigure, venue: Style, subject: str) -> Rendering | str:
    """Draw a figure in the style of a venue, or say why there is none.

    `subject`: what the figure's files say of themselves.
    """
    if exhibit.draw is None:
        return exhibit.caption
    try:
        with style.applied(venue):
            figure = exhibit.draw(venue)
            caption = exhibit.caption + _explained(figure.shortened)
            return Rendering(
                style.png(figure, subject=subject), style.pdf(figure, subject=subject), caption
            )
    except Exception as error:  # noqa: BLE001  # what a library can't draw costs one figure only
        return f"n/a: {UNDRAWN} ({type(error).__name__}: {error})."


def _explained(shortened: Mapping[str, str]) -> str:
    """Say which names were shortened, and what they are in full; empty where none was."""
    if not shortened:
        return ""
    pairs = "; ".join(
        f"\N{LEFT DOUBLE QUOTATION MARK}{short}\N{RIGHT DOUBLE QUOTATION MARK} is {name}"
        for name, short in shortened.items()
    )
    return f"{SHORTENED}{pairs}."


def by_budget(
    panel: str, grid: FloatArray, curves: Mapping[str, Curve]
) -> list[tuple[object, ...]]:
    """Return rows with the numbers of a panel: panel, strategy, budget, centre, low, high."""
    return [
        (panel, name, *row)
        for name, curve in curves.items()
        for row in np.stack([grid, curve.centre, curve.low, curve.high], axis=1).tolist()
    ]
