"""From how many evaluations on a strategy is shown to be better than the comparator."""

import math
from itertools import takewhile

from ...errors import counted
from ...statistics import (
    ALPHA,
    FloatArray,
    differences,
    instance_means,
    instance_ranks,
    mean_over,
    wilcoxon,
)
from ..compared import Compared
from .sayings import said


def since(compared: Compared, s: int, tests: int) -> float:
    """Return the least budget from which on a strategy is shown to be better than the comparator.

    It is at most the whole budget, at which the strategy is known to be better. Going back from
    there, the curves are tested point by point at the level of one of so many tests, as far as each
    test finds it better. A fixed order needs no further correction (Maurer, Hothorn and Lehmacher,
    1995, Biometrie in der chemisch-pharmazeutischen Industrie 6). Of a strategy that plans for its
    budget only the end is known.
    """
    last = len(compared.spent) - 1
    chances, lower = _along(compared, s)

    def better(point: int) -> bool:
        found = lower[:, point]
        chance, gain = (float(mean_over(each, axis=0)) for each in (chances[:, point], -found))
        return chance > 0.5 and gain > 0 and wilcoxon(found) * tests <= ALPHA

    back = range(last, -1, -1) if not compared.cards[s].plans_for_budget else ()
    shown = [*takewhile(better, back)]
    return round(float(compared.spent[shown[-1] if shown else last]), 6)  # shares are no integers


def said_since(compared: Compared, s: int, begin: float) -> str:
    """Say from which budget on that is shown; empty: from the first evaluation on.

    Of a strategy that plans for its budget nothing is said: with less it would run otherwise.
    """
    if begin <= 1 or compared.cards[s].plans_for_budget:
        return ""
    first = math.ceil(begin)
    words = "since" if first < compared.budget else "at the end"
    return said(words, evaluations=counted(min(first, compared.budget), "evaluation"))


def _along(compared: Compared, s: int) -> tuple[FloatArray, FloatArray]:
    """Return the chances that a strategy is better, and what is tested, at each point of the grid.

    Both are (problems, grid): over all that count, and over those that are tested, where it is
    negative if the strategy is better, as in `tested_differences`.
    """
    assert compared.comparator_position is not None  # the strategy is better than it
    both, scores = [s, compared.comparator_position], compared.scores
    every, tested = compared.problems, compared.scaled
    held = scores.reported.comparable[both][:, every]
    ranks = instance_ranks(held, scores.instances[every], scores.reported.resolution[every])
    chances = 2.0 - mean_over(ranks[0], axis=1)  # the rank among two is 1, and 1 if it is worse
    if not tested:
        return chances, 0.5 - chances
    regrets = scores.reported.bounded[both][:, tested]
    return chances, differences(instance_means(regrets, scores.instances[tested]))[0, 1]
