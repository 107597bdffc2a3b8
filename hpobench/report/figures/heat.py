"""A map of final regrets, with a cell for each problem and strategy."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import repeat
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from ...cards.digits import fixed, telling
from ...statistics import FloatArray
from ..looks.style import MINUS, figure, ink_on
from ..looks.venues import Font, Style
from .labels import fitted, inches

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.colors import PowerNorm

    from ..looks.drawing import Drawing

_ROW = 0.14
"""The height of a row, in inches."""
_HEADING = 0.2
"""The height of a group's name, in inches."""
_FOOT = 1.35
"""The height of the strategies' names, in inches."""
_LEAST = 0.8
"""The least height of the colours' scale, in inches."""
_NAMES = 1.7
"""The room for the problems' names, in inches."""
_FAMILY = 3.0
"""The room for a family's name, in inches."""
_SCALE = 0.75
"""The width of the colours' scale, in inches."""
_NUMBER = 0.32
"""The least width of a cell that holds a number and a dot, in inches."""
_DOT = 0.13
"""The place of a dot beside a number, in widths of a cell."""
_BESIDE = 0.04
"""The room that a number leaves for a dot, in inches."""
_DECIMALS = range(2, 7)
"""How many decimals a problem's numbers may have: as few as tell the lowest from the rest."""
_COLOURS = "cividis_r"
_TICKS = (0.0, 0.25, 0.5, 0.75, 1.0)
"""The regrets that are written beside the colours' scale."""


@dataclass(frozen=True, slots=True)
class Group:
    """Problems that stand together, such as a family."""

    name: str
    problems: Sequence[str]
    regrets: FloatArray
    """(problems, strategies); nan where there was no run."""
    best: NDArray[np.bool_]
    """(problems, strategies): where a dot stands."""

    def rows(self, chosen: slice) -> Group:
        """Return the group with some of its problems only."""
        return Group(self.name, self.problems[chosen], self.regrets[chosen], self.best[chosen])


def pages(groups: Sequence[Group], style: Style) -> Iterator[list[Group]]:
    """Yield the groups of each figure; a group that is too long for one comes in parts."""
    most = max(int((style.height / style.scale - _FOOT - _HEADING) / _ROW), 1)
    page: list[Group] = []
    for group in groups:
        for start in range(0, len(group.problems), most):
            part = group.rows(slice(start, start + most))
            if page and style.scale * _height([*page, part]) > style.height:
                yield page
                page = []
            page.append(part)
    if page:
        yield page


def draw(groups: Sequence[Group], strategies: Sequence[str], style: Style) -> Drawing:
    """Return the map, with a row for each problem, in colours by the square root of the regret.

    A dot marks where `best` is set; a cell without a regret is hatched. The numbers are written
    where there is room for them.
    """
    scale = style.scale
    names = fitted(
        [name for group in groups for name in group.problems], scale * _NAMES, style.names
    )
    width = style.double if len(strategies) > 3 else style.single
    widest = max(inches(name, style.names) for name in names.values())
    room = (width - scale * _SCALE - widest) / len(strategies)
    drawing = figure(width, scale * _height(groups))
    drawing.note(names)
    heights = [len(group.problems) for group in groups]
    every = drawing.subplots(len(groups), 1, squeeze=False, height_ratios=heights)[:, 0]
    for axes, group in zip(every, groups, strict=True):
        _fill(axes, group, room, style)
        axes.set_yticks(
            np.arange(len(group.problems)) + 0.5, [names[name] for name in group.problems]
        )
        if len(groups) > 1 and group.name:
            family = fitted([group.name], _FAMILY, style.names)
            drawing.note(family)
            axes.set_title(
                family[group.name], loc="left", fontsize=style.tick, pad=2, style="italic"
            )
    short = fitted(strategies, scale * (_FOOT - 0.1), style.names)
    drawing.note(short)
    _name_columns(every[-1], [short[name] for name in strategies], upright=room < scale * _NUMBER)
    _add_scale(drawing, every, groups)
    return drawing


def _name_columns(axes: Axes, names: Sequence[str], *, upright: bool) -> None:
    axes.set_xticks(
        np.arange(len(names)) + 0.5,
        names,
        rotation=90 if upright else 35,
        ha="center" if upright else "right",
        va="top",
        rotation_mode="default" if upright else "anchor",
    )


def _add_scale(drawing: Drawing, every: NDArray[np.object_], groups: Sequence[Group]) -> None:
    """Add the scale of the colours beside all axes."""
    from matplotlib.cm import ScalarMappable

    colours = ScalarMappable(norm=_norm(), cmap=_COLOURS)
    bar = drawing.colorbar(
        colours, ax=every, pad=0.01, aspect=8 * (_height(groups) - _FOOT), fraction=0.05
    )
    bar.set_ticks([*_TICKS], labels=[f"{each:.2f}" for each in _TICKS])
    bar.set_label("Final regret")
    bar.outline.set_visible(False)


def _height(groups: Sequence[Group]) -> float:
    rows = sum(len(group.problems) for group in groups)
    return _FOOT + max(rows * _ROW + len(groups) * _HEADING, _LEAST)


def _norm() -> PowerNorm:
    from matplotlib.colors import PowerNorm

    return PowerNorm(0.5, vmin=0, vmax=1, clip=True)


def _fill(axes: Axes, group: Group, room: float, style: Style) -> None:
    """Fill axes with a group; `room`: the width of a cell, in inches."""
    import seaborn as sns  # it loads half of scipy

    numbers = room >= style.scale * _NUMBER
    axes.patch.set(hatch="//////", facecolor="#FFFFFF", edgecolor="#C8C8C8")
    regrets = np.where(np.isfinite(group.regrets), group.regrets, np.nan)
    sns.heatmap(
        regrets,
        mask=np.isnan(regrets),
        ax=axes,
        cmap=_COLOURS,
        norm=_norm(),
        vmin=0,
        vmax=1,
        linewidths=0.6,
        annot=[*map(_numbers, regrets, group.best, repeat(room), repeat(style.small))]
        if numbers
        else None,
        fmt="",
        annot_kws={"fontsize": style.least},
        cbar=False,
        xticklabels=False,
        yticklabels=False,
    )
    _ink(axes, regrets[~np.isnan(regrets)])
    for row, column in np.argwhere(group.best & ~np.isnan(regrets)):
        place = column + (_DOT if numbers else 0.5)
        axes.plot(
            place,
            row + 0.5,
            marker="o",
            markersize=3.2,
            color="#D55E00",
            markeredgecolor="white",  # sets it off from dark cells
            markeredgewidth=0.4,
        )
    axes.grid(visible=False)
    axes.tick_params(length=0, pad=2)


def _ink(axes: Axes, regrets: FloatArray) -> None:
    """Colour the numbers within axes, if there are any, so that each can be read on its cell."""
    from matplotlib import colormaps

    for text, regret in zip(axes.texts, _norm()(regrets), strict=False):
        text.set_color(ink_on(colormaps[_COLOURS](float(regret))))


def _numbers(regrets: FloatArray, best: NDArray[np.bool_], room: float, font: Font) -> list[str]:
    """Return a problem's regrets in digits that tell the best from the rest; nan is empty.

    They have two decimals where that is enough, and where a cell has no room for more.
    """
    there = np.isfinite(regrets)
    forms = [[_number(each, digits) for each in regrets[there]] for digits in _DECIMALS]
    free = (1 - 2 * _DOT) * room - _BESIDE
    fitting = [form for form in forms[1:] if all(inches(each, font) <= free for each in form)]
    shown = iter(telling([forms[0], *fitting], best[there].tolist()))
    return [next(shown) if each else "" for each in there]


def _number(regret: float, digits: int) -> str:
    """Return a regret with so many decimals; one beyond every report's has a power of ten."""
    shown = f"{regret:.0e}" if abs(regret) >= 10 else fixed(regret, digits)
    return shown.replace("-", MINUS)
