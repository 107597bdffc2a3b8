"""From how many evaluations on a strategy is shown to be better than the comparator."""

from itertools import takewhile

import numpy as np

from ...statistics import (
    ALPHA,
    chances,
    differences,
    instance_means,
    mean_over,
    superiority,
    wilcoxon,
)
from ..compared import Compared


def since(compared: Compared, s: int, tests: int) -> float:
    """Return the least budget from which on a strategy is shown to be better than the comparator.

    It is at most the whole budget, at which the strategy is known to be better. Going back from
    there, the curves are tested point by point at the level of one of so many tests, as far as each
    test finds it better. A fixed order needs no further correction (Maurer, Hothorn and Lehmacher,
    1995, Biometrie in der chemisch-pharmazeutischen Industrie 6). Of a strategy that plans for its
    budget only the end is known.
    """
    last = len(compared.spent) - 1
    back = range(last, -1, -1) if not compared.cards[s].plans_for_budget else ()
    shown = [*takewhile(lambda point: _better(compared, s, point, tests), back)]
    return round(float(compared.spent[shown[-1] if shown else last]), 6)  # shares are no integers


def _better(compared: Compared, s: int, point: int, tests: int) -> bool:
    """Return whether a test finds the strategy better at a point of the grid."""
    both, scores = [s, compared.comparator_position], compared.scores
    every, tested = compared.problems, compared.scaled
    held = scores.reported.comparable[both][..., point][:, every]
    pair = chances(held, scores.instances[every], scores.reported.resolution[every])[0, 1]
    lower = 0.5 - mean_over(pair, axis=-1)
    if tested:
        regrets = scores.reported.bounded[both][..., point][:, tested]
        lower = differences(instance_means(regrets, scores.instances[tested]))[0, 1]
    ahead = float(superiority(pair)) > 0.5 and float(np.nanmean(lower)) < 0
    return ahead and float(wilcoxon(lower)) * tests <= ALPHA
