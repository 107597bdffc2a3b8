"""How wide the intervals of gains are, by which seeds are added."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from ..statistics import FEWEST_PROBLEMS, Precision, precision
from ..trial import Identity
from .compared import Compared
from .comparisons import comparisons
from .versus_effects import Effect, Reach, chances_of, gain_of, paired_differences


@dataclass(frozen=True, slots=True)
class Width:
    """How wide the interval of a strategy's gain over another one is, and what makes it wide."""

    strategy: str
    """The strategy, as a report calls it."""
    precision: Precision
    problems: tuple[Identity, ...]
    """The problems that it is over, in the order of the precision."""
    reach: Reach
    """What the interval speaks of."""

    @property
    def half(self) -> float:
        """Half the width; inf: there is no interval yet."""
        return np.inf if np.isnan(self.precision.half_width) else self.precision.half_width


def width_of(
    compared: Compared, a: int, b: int, scaled: Sequence[int], gain: Effect
) -> Width | None:
    """Return how wide the interval of a gain of `a` over `b` is, on the `scaled` problems.

    None: no problem has anchors, or the two share no seed on some problem.
    """
    differences = paired_differences(compared, a, b, scaled)
    if not scaled or np.isnan(differences).all(axis=1).any():
        return None
    new = len(scaled) >= FEWEST_PROBLEMS
    return Width(
        strategy=compared.names[a],
        precision=precision(differences, (gain.high - gain.low) / 2, new=new),
        problems=tuple(compared.scores.problems[q].identity for q in scaled),
        reach=gain.reach,
    )


def deciding(compared: Compared, wanted: float) -> Width | None:
    """Return the widest interval of a gain over the comparator that more seeds can make as narrow.

    `wanted` is half of that width. An interval that is not there yet is wider than any other. Where
    each is narrow enough, or no number of seeds could make it so, it is the widest of all. None: no
    strategy has regrets to compare with the comparator's.
    """
    position = compared.comparator_position
    if position is None:
        return None
    found = list[Width]()
    for each in comparisons(compared).every:
        members = chances_of(compared, each.strategy, position)
        scaled = [q for q in compared.scaled if q in members]
        gain = gain_of(compared, each.strategy, position, scaled, each)
        width = width_of(compared, each.strategy, position, scaled, gain)
        found += [] if width is None else [width]
    return max(
        found,
        key=lambda each: (each.precision.lasting <= wanted < each.half, each.half),
        default=None,
    )
