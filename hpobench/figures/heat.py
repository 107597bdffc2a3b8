"""A cell a strategy and problem: where each is good, which averages hide."""

from collections.abc import Sequence

import numpy as np
from matplotlib.colors import PowerNorm
from matplotlib.figure import Figure
from numpy.typing import NDArray

from ..style import DOUBLE, figure

_DARK = 0.25
"""The regret from which a cell's text is white."""


def draw(
    regrets: NDArray[np.float64],
    strategies: Sequence[str],
    problems: Sequence[str],
    best: NDArray[np.bool_],
) -> Figure:
    """Return the map of regrets (strategies, problems), in colours by the square root.

    A dot marks where `best` is set; a cell without one is hatched.
    """
    import seaborn as sns  # it loads half of scipy

    drawing = figure(DOUBLE, 1.25 + 0.2 * len(strategies))
    axes = drawing.add_subplot()
    axes.patch.set(hatch="//////", facecolor="#FFFFFF", edgecolor="#C8C8C8")
    sns.heatmap(
        regrets,
        mask=np.isnan(regrets),
        ax=axes,
        cmap="cividis_r",
        norm=PowerNorm(0.5, vmin=0, vmax=1, clip=True),
        linewidths=0.6,
        annot=True,
        fmt=".2f",
        annot_kws={"fontsize": 6},
        xticklabels=list(problems),
        yticklabels=list(strategies),
        cbar_kws={"label": "Final regret", "pad": 0.01, "aspect": 14},
    )
    shown = regrets[~np.isnan(regrets)]
    for text, regret in zip(axes.texts, shown, strict=True):
        text.set_color("white" if regret > _DARK else "black")
    for row, column in np.argwhere(best):
        axes.plot(column + 0.5, row + 0.86, marker="o", markersize=1.8, color="#D55E00")
    axes.grid(visible=False)
    axes.tick_params(length=0)
    axes.set_xticklabels(problems, rotation=35, ha="right", rotation_mode="anchor")
    axes.set_yticklabels(strategies, rotation=0)
    return drawing
