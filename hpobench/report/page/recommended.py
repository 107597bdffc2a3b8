"""Which strategies the answer recommends, and how it names them."""

from collections.abc import Sequence

import numpy as np

from ...statistics import ALPHA, FloatArray, all_pairs
from ..compared import Compared
from ..comparisons import Comparisons
from ..verdicts import verdict
from ..words import listed, spelled

MOST_NAMED = 3
"""The most strategies that are named in a row."""


def recommended(compared: Compared, found: Comparisons) -> list[int]:
    """Return the strategy to use, and those that may be as good; empty: none is known to be better.

    The first one is the first of the ranking that is better than the comparator; the others are
    those better ones that no test tells from it.
    """
    better = [each.strategy for each in found.every if verdict(each) == "better"]
    best = [s for s in compared.ranked if s in better]
    if not best:
        return []
    alike = untold(compared, best[0], compared.tested_differences)
    return [s for s in best if s == best[0] or s in alike]


def named_first(compared: Compared, used: Sequence[int]) -> list[int]:
    """Return which of the strategies to use are named: those in the first place, or the first."""
    tied = [s for s in used if s in compared.first]
    return tied[:MOST_NAMED] or [used[0]]


def as_well(compared: Compared, used: Sequence[int]) -> str:
    """Say who may be as good as the first of the strategies to use, and why; empty: nobody."""
    they = "the two" if len(used) == 2 else f"the {spelled(len(used))}"
    why = f": these {len(compared.tested)} problems can't tell {they} apart."
    return f"{may_do_as_well(compared, used)}{why}" if used[1:] else ""


def may_do_as_well(compared: Compared, used: Sequence[int]) -> str:
    """Say who may be as good as the first of the strategies to use, of which there are others."""
    others = used[1:]
    more = len(others) - MOST_NAMED
    names = [compared.names[s] for s in others[: MOST_NAMED + (more == 1)]]
    return f"{listed([*names, f'{spelled(more)} more'] if more > 1 else names)} may do as well"


def untold(compared: Compared, first: int, differences: FloatArray) -> list[int]:
    """Return the ranked strategies that no test of all pairs of differences tells from one."""
    who = compared.ranked
    tests = all_pairs(differences[np.ix_(who, who)])
    apart = tests.adjusted[who.index(first)]
    return [s for s, p in zip(who, apart.tolist(), strict=True) if s != first and not p <= ALPHA]
