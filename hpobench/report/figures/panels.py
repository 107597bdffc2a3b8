"""What a panel over the budget shows: curves of strategies, guides, bars and a floor."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace

import numpy as np

from ...statistics import FloatArray
from ..looks.style import power
from .numbers import finite, positive, unit

TAIL = 0.05
"""The width of the last step over the budget: without it, that step could not be seen."""


@dataclass(frozen=True, slots=True)
class Curve:
    """A strategy's steps: a value holds from its point of the grid to the next; nan: not drawn."""

    centre: FloatArray
    low: FloatArray
    high: FloatArray


@dataclass(frozen=True, slots=True)
class Panel:
    """One set of axes; all its arrays have the shape (grid,)."""

    grid: FloatArray
    curves: Mapping[str, Curve]
    """The curves by strategy; the first one is drawn last, on top."""
    ylabel: str
    title: str = ""
    """What distinguishes the panel from its neighbours; empty where it stands alone."""
    xlabel: str = "Budget spent (evaluations)"
    log: bool = False
    floor: float | None = None
    """The value to which lower ones were raised; None: none was. It is a dotted line."""
    guides: Mapping[str, FloatArray] = field(default_factory=dict[str, FloatArray])
    """Curves of no strategy, such as random search with twice the budget, by their labels."""
    noise: tuple[float, float] | None = None
    """The least and the greatest value that identical strategies would show, as a grey band."""
    with_intervals: Collection[str] = ()
    """The strategies whose intervals are drawn as bars: those of all would hide the curves."""
    marks: Mapping[float, str] = field(default_factory=dict[float, str])
    """What stands above the axes, by the budget: the shares at which tables read the curves."""


def drawable(panel: Panel) -> Panel:
    """Return a panel of numbers that axes can show, with a last step that has a width.

    Where nothing is above zero, the axis is not logarithmic; numbers beyond every axis are shown
    in a power of ten that the label names. A floor that no curve comes near is left out.
    """
    centres = [curve.centre for curve in panel.curves.values()]
    log = panel.log and any(bool(np.any(finite(centre) > 0)) for centre in centres)
    size = 1.0 if log else unit(centres)

    def shown(values: FloatArray) -> FloatArray:
        kept = positive(values) if log else finite(values / size)
        return np.append(kept, kept[-1:])

    lowest = min((float(np.nanmin(shown(c), initial=np.inf)) for c in centres), default=np.inf)
    near = panel.floor is not None and log and lowest <= 10 * panel.floor
    return replace(
        panel,
        grid=np.append(panel.grid, panel.grid[-1] * (1 + TAIL)),
        curves={
            name: Curve(shown(curve.centre), shown(curve.low), shown(curve.high))
            for name, curve in panel.curves.items()
        },
        guides={name: shown(values) for name, values in panel.guides.items()},
        ylabel=panel.ylabel if size == 1 else f"{panel.ylabel} (in {power(size)})",
        log=log,
        floor=panel.floor if near else None,
    )
