"""Validation against test: what strategies see, and what it is worth."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from ..style import DOTTED, DOUBLE, Array, Look, figure, labelled_decades
from .curves import handle, legend


@dataclass(frozen=True, slots=True)
class Path:
    """Where a strategy's incumbent went while the budget was spent."""

    validation: Array
    """(grid,), on the scale of values."""
    test: Array
    """(grid,), on the scale of scores."""
    overtuning: Array
    """(runs,): how much worse the last incumbent's score is than the best incumbent's before it."""


def draw(paths: Mapping[str, Path], looks: Mapping[str, Look]) -> Figure:
    """Return the paths beside the share of runs whose overtuning is at most so much."""
    drawing = figure(DOUBLE, 2.7)
    left, right = drawing.subplots(1, 2)
    for name, path in reversed([*paths.items()]):
        look = looks[name]
        mark = {"marker": look.marker or "o", "markerfacecolor": _filling(look)}
        left.plot(path.validation, path.test, color=look.colour, linestyle=look.line, linewidth=0.9)
        left.plot(path.validation[-1:], path.test[-1:], color=look.colour, markersize=4.5, **mark)
        _share(right, path.overtuning, look)
    if all(np.nanmin([path.validation, path.test]) > 0 for path in paths.values()):
        left.set(xscale="log", yscale="log")
        labelled_decades(left.xaxis)
        labelled_decades(left.yaxis)
    _diagonal(left)
    left.set_xlabel("Validation regret of the incumbent")
    left.set_ylabel("Test regret of the incumbent")
    right.set_xlabel("Overtuning (test regret lost)")
    right.set_ylabel("Share of runs")
    right.set_ylim(0, 1.02)
    right.set_xlim(left=0)
    legend(drawing, [handle(name, looks[name]) for name in paths], below=True)
    return drawing


def _filling(look: Look) -> str:
    return "white" if look.hollow else look.colour


def _diagonal(axes: Axes) -> None:
    """Draw where both are equal, without moving the limits."""
    limits = axes.axis()
    ends = (min(limits[0], limits[2]), max(limits[1], limits[3]))
    axes.plot(ends, ends, color="#000000", linewidth=0.6, linestyle=DOTTED)
    axes.axis(limits)


def _share(axes: Axes, overtuning: Array, look: Look) -> None:
    losses = np.sort(overtuning[~np.isnan(overtuning)])
    if not losses.size:
        return
    shares = np.searchsorted(losses, losses, side="right") / losses.size
    axes.step(
        losses,
        shares,
        where="post",
        color=look.colour,
        linestyle=look.line,
        marker=look.marker,
        markevery=[0, losses.size - 1],
        markerfacecolor=_filling(look),
        clip_on=False,
    )
