"""The dotted curves of a report: what random search holds with twice the budget."""

from collections.abc import Mapping, Sequence

import numpy as np

from ..scores import random_curves, random_held
from ..statistics import FloatArray, Interval
from . import bounds
from .compared import Compared
from .names import RANDOM_SEARCH

TWICE = f"{RANDOM_SEARCH} \N{MULTIPLICATION SIGN}2"
"""The label of random search with twice the budget."""


def of_means(compared: Compared, problems: Sequence[int]) -> dict[str, FloatArray]:
    """Return the mean regret of random search with twice the budget, (grid,), by its label.

    It is drawn where random search is the comparator. It is empty where it is not known on one of
    the problems.
    """
    known = random_curves(compared.scores, "scores")
    if not known.size or not _is_drawn(compared) or compared.comparator_position is None:
        return {}
    once, twice = (
        random_held(known, times * compared.scores.costs)[list(problems)].mean(axis=0)
        for times in (1, 2)
    )
    doubled = np.where(np.isnan(once), np.nan, twice)  # it begins when random search does
    return _labelled(doubled)


def of_geometric_means(
    compared: Compared, problems: Sequence[int], means: Interval
) -> dict[str, FloatArray]:
    """Return the geometric mean regret of random search with twice the budget, by its label.

    Anchors hold expected regrets, whose geometric mean is not that of runs. So it is random
    search's own curve, from the `means` of the complete strategies, at twice the budget; where that
    is beyond its end, it is lowered by as much as the anchors expect of the rest. It is empty where
    it is not known.
    """
    known, position = random_curves(compared.scores, "scores"), compared.comparator_position
    if not known.size or not _is_drawn(compared) or position not in compared.complete:
        return {}
    floors = bounds.floors(compared.scores, problems)[:, None]
    twice, ends = 2 * compared.scores.costs, compared.scores.costs[:, -1:]
    within, beyond = (
        np.log10(np.maximum(random_held(known, costs)[list(problems)], floors))
        for costs in (np.minimum(twice, ends), twice)
    )
    there = np.minimum(2 * compared.spent, compared.spent[-1]) + 1e-9
    own = means.mean[compared.complete.index(position)]
    held = own[np.searchsorted(compared.spent, there, side="right") - 1]
    lowered = held * 10 ** (beyond - within).mean(axis=0)
    lowered[: compared.begins(position, problems)] = np.nan
    return _labelled(lowered)


def said(compared: Compared, guides: Mapping[str, FloatArray]) -> str:
    """Say what the dotted curves of the means are, or why there are none."""
    if not _is_drawn(compared):
        return ""
    if not guides:
        return f"What {RANDOM_SEARCH} holds with twice the budget is not known on every problem. "
    return (
        f"Dotted: {RANDOM_SEARCH} with twice the budget; on the left what its anchors expect, on "
        "the right its own curve, beyond its end lowered by as much as they expect. "
    )


def _is_drawn(compared: Compared) -> bool:
    return compared.against_random


def _labelled(curve: FloatArray) -> dict[str, FloatArray]:
    return {} if np.all(np.isnan(curve)) else {TWICE: curve}
