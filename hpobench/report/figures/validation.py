"""Validation against test: the gap between the two, and the share of runs by overtuning."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from ...statistics import FloatArray
from ..looks.look import DOTTED, Look, back_to_front
from ..looks.style import figure
from ..looks.venues import Style
from . import curves
from .legend import Legend, entries
from .numbers import finite
from .panels import Curve, Panel, drawable

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from ..looks.drawing import Drawing

FURTHEST = 2.0
"""The greatest end of the axis of overtuning."""


@dataclass(frozen=True, slots=True)
class Path:
    """Where a strategy's incumbent went while the budget was spent."""

    validation: FloatArray
    """(grid,): mean regrets on the scale of values."""
    test: FloatArray
    """(grid,): mean regrets on the scale of scores."""
    overtuning: FloatArray
    """(runs,): what was lost on test over what had been gained there; nan: nothing was gained."""


def draw(
    grid: FloatArray, paths: Mapping[str, Path], looks: Mapping[str, Look], style: Style
) -> Drawing:
    """Return test less validation over the budget (grid,), beside the share of runs by overtuning.

    The share is of the runs whose overtuning is at most so much: 0 is none, and from 1 on the
    incumbent is no better than the first one.
    """
    legend = Legend(entries(paths, looks), style, style.double)
    drawing = figure(style.double, 2.3 * style.scale + legend.height)
    left, right = drawing.subplots(1, 2)
    gaps = {
        name: Curve(path.test - path.validation, *[np.full_like(path.test, np.nan)] * 2)
        for name, path in paths.items()
    }
    panel = drawable(Panel(grid, gaps, "Regret on test less on validation"))
    curves.fill(left, panel, looks)
    left.axhline(0, color="#000000", linewidth=0.6, linestyle=DOTTED)
    left.set_xlabel(panel.xlabel)
    left.set_ylabel(panel.ylabel)
    _shares(right, paths, looks)
    right.set_xlabel("Relative overtuning")
    right.set_ylabel("Share of runs")
    legend.below(drawing)
    return drawing


def _shares(axes: Axes, paths: Mapping[str, Path], looks: Mapping[str, Look]) -> None:
    losses = {name: np.sort(finite(path.overtuning)) for name, path in paths.items()}
    losses = {name: found[~np.isnan(found)] for name, found in losses.items()}
    greatest = max((float(found[-1]) for found in losses.values() if found.size), default=0.0)
    end = float(np.clip(1.05 * greatest, 1.1, FURTHEST))
    for place in (0, 1):
        axes.axvline(place, color="#000000", linewidth=0.6, linestyle=DOTTED)
    lowest = 1.0
    for name in back_to_front(losses, looks):
        found, look = losses[name], looks[name]
        if found.size:
            shares = np.searchsorted(found, found, side="right") / found.size
            lowest = min(lowest, float(np.mean(found <= 0)))
            axes.step(
                [-end, *found.clip(max=2 * end), 2 * end],
                [0, *shares, 1],
                where="post",
                markevery=[1],
                **look.drawn,
            )
    axes.set_xlim(-0.05 * end, end)
    axes.set_ylim(max(0.0, lowest - 0.1), 1.01)
