"""Names at the ends of curves, beside the axes: each where its curve ends, none over another."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from ...statistics import FloatArray
from ..looks.look import DOTTED, FAINT, Look
from ..looks.venues import DEFAULT, Style
from .labels import fitted

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.transforms import Transform

    from ..looks.drawing import Drawing

ROW = 0.125
"""The height of a name, in inches, in the default style."""
ROOM = 1.3
"""The room for a name, in inches, in the default style, in a figure across two columns."""
_BEND, _SAMPLE, _TEXT = 0.1, 0.27, 0.31
"""How far to the right of the axes the line to a name ends, its sample ends, and the name begins,
in inches, in the default style."""


@dataclass(frozen=True, slots=True)
class End:
    """A curve's name, how it is drawn, and where it ends."""

    name: str
    look: Look
    height: float
    """The value at the end; nan: the curve has none, and its name stands lowest."""


def ends(heights: Mapping[str, float], looks: Mapping[str, Look]) -> list[End]:
    """Return the ends of strategies; the faint ones have one name together."""
    found = [End(each, looks[each], y) for each, y in heights.items() if not looks[each].faint]
    others = np.array([y for each, y in heights.items() if looks[each].faint])
    if others.size:
        known = others[np.isfinite(others)]
        middle = float(np.median(known)) if known.size else np.nan
        name = "1 other" if others.size == 1 else f"{others.size} others"
        found.append(End(name, Look(FAINT, faint=True), middle))
    return found


def guide(name: str, colour: str, height: float) -> End:
    """Return the end of a dotted line that is no strategy's."""
    return End(name, Look(colour, DOTTED), height)


def least_height(number: int, style: Style) -> float:
    """Return how high axes have to be, in inches, for so many names beside them."""
    return number * ROW * style.scale


def name_ends(
    drawing: Drawing, axes: Axes, every: Sequence[End], height: float, style: Style
) -> None:
    """Write the names to the right of axes whose limits are final.

    `height`: that of the axes, in inches, or a little less.
    """
    share = drawing.get_figwidth() / DEFAULT.double
    room = ROOM * max(min(share, 1.0), 0.8)
    names = fitted((each.name for each in every), room, style.names)
    drawing.note(names)
    at = np.array([_fraction(axes, each.height) for each in every])
    order = np.argsort(-at, kind="stable").tolist()
    placed = spread(at[order], ROW * style.scale / height)
    beside = _beside(drawing, axes)
    for place, i in zip(placed.tolist(), order, strict=True):
        _sample(axes, every[i].look, (float(at[i]), place), beside, style.scale)
        axes.text(
            _TEXT * style.scale,
            place,
            names[every[i].name],
            transform=beside,
            fontsize=style.tick,
            va="center_baseline",
        )


def _beside(drawing: Drawing, axes: Axes) -> Transform:
    """Return where a point lies: inches to the right of axes, at a share of their height."""
    from matplotlib.transforms import (
        BboxTransformTo,
        ScaledTranslation,
        blended_transform_factory,
    )

    right = ScaledTranslation(1, 0, BboxTransformTo(axes.bbox))
    return blended_transform_factory(drawing.dpi_scale_trans + right, axes.transAxes)


def _sample(
    axes: Axes, look: Look, heights: tuple[float, float], beside: Transform, scale: float
) -> None:
    """Draw a line from where a curve ends to its name, and a piece of the curve before the name.

    `heights`: those of the curve's end and of the name, as shares of the height of the axes.
    """
    end, place = heights
    bend, last = np.array([_BEND, _SAMPLE]) * scale
    axes.plot(
        [0.02, bend],
        [end, place],
        transform=beside,
        clip_on=False,
        color=look.colour,
        linewidth=0.5,
    )
    axes.plot(
        [bend, (bend + last) / 2, last],
        [place] * 3,
        transform=beside,
        clip_on=False,
        markevery=[1],
        **look.drawn,
        markeredgewidth=0.6,
    )


def spread(wanted: FloatArray, gap: float) -> FloatArray:
    """Return descending places that are at least a gap apart, as near as can be to those wanted.

    `wanted` are descending, as shares of the axes' height. The places have the least sum of
    squared distances to them (pool adjacent violators), and then are moved into the height.
    """
    number = len(wanted)
    steps = gap * np.arange(number)
    blocks: list[tuple[float, int]] = []
    for each in (wanted + steps).tolist():
        mean, size = each, 1
        while blocks and blocks[-1][0] < mean:
            above, count = blocks.pop()
            mean, size = (mean * size + above * count) / (size + count), size + count
        blocks.append((mean, size))
    free = np.repeat([mean for mean, _ in blocks], [size for _, size in blocks]) - steps
    low, high = gap / 2, 1.0 - gap / 2
    upper = np.minimum(free, high - steps)
    return np.asarray(np.maximum(upper, low + gap * np.arange(number)[::-1]))


def _fraction(axes: Axes, height: float) -> float:
    """Return where a value lies in axes, as a share of their height; below all others if nan."""
    if not np.isfinite(height):
        return 0.0
    pixels = axes.transData.transform((axes.get_xlim()[1], height))
    return float(np.clip(axes.transAxes.inverted().transform(pixels)[1], 0.0, 1.0))


def heights_of(curves: Iterable[tuple[str, FloatArray]]) -> dict[str, float]:
    """Return the last value of each curve, (points,)."""
    return {name: float(values[-1]) for name, values in curves}
