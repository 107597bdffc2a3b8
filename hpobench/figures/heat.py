"""A cell a strategy and problem: where each is good, which averages hide."""

from collections.abc import Sequence

import numpy as np
from matplotlib.figure import Figure
from numpy.typing import NDArray

from ..style import DOUBLE, figure


def draw(
    scores: NDArray[np.float64],
    strategies: Sequence[str],
    problems: Sequence[str],
    best: NDArray[np.bool_],
) -> Figure:
    """Return the map of scores (strategies, problems); 0 is the reference, 1 one random draw.

    A dot marks where `best` is set; a cell without a score is hatched.
    """
    import seaborn as sns  # noqa: PLC0415  # it loads half of scipy

    drawing = figure(DOUBLE, 1.25 + 0.2 * len(strategies))
    axes = drawing.add_subplot()
    axes.set_facecolor("#FFFFFF")
    axes.patch.set_hatch("//////")
    axes.patch.set_edgecolor("#C8C8C8")
    sns.heatmap(
        scores,
        mask=np.isnan(scores),
        ax=axes,
        cmap="cividis_r",
        vmin=0,
        vmax=1,
        linewidths=0.6,
        annot=True,
        fmt=".2f",
        annot_kws={"fontsize": 6},
        xticklabels=list(problems),
        yticklabels=list(strategies),
        cbar_kws={"label": "Final score", "pad": 0.01, "aspect": 14},
    )
    for row, column in np.argwhere(best):
        axes.plot(column + 0.5, row + 0.86, marker="o", markersize=1.8, color="#D55E00")
    axes.grid(visible=False)
    axes.tick_params(length=0)
    axes.set_xticklabels(problems, rotation=35, ha="right", rotation_mode="anchor")
    axes.set_yticklabels(strategies, rotation=0)
    return drawing
