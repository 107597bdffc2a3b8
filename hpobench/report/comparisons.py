"""Each strategy against the comparator at the end of the budget: the primary comparison."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ..scores import Speedups, speedups
from ..statistics import (
    Components,
    Family,
    Interval,
    Median,
    Superiority,
    against,
    censored_median,
    components,
    detectable,
    instance_means,
    new_problems,
    superiorities,
    win_tie_loss,
)
from . import bounds
from .compared import Compared


@dataclass(frozen=True, slots=True)
class Speedup:
    """How many random evaluations are worth one of a strategy's own, over the problems."""

    median: Median
    problems: int
    """Over how many: those with a curve of random search."""
    beyond: int
    """On how many of them not even the whole pool of random evaluations is worth its budget."""
    slower: int
    """On how many it is known to be under 1."""


@dataclass(frozen=True, slots=True)
class Comparison:
    """A strategy against the comparator, over the problems that both have a run on."""

    strategy: int
    """Its place among the strategies that are compared."""
    superiority: Superiority
    gain: float
    """The comparator's mean regret less the strategy's, on the same instances; nan: no scale."""
    gain_low: float
    """nan below 8 problems."""
    gain_high: float
    problems: int
    """Those of the gain and of the test: that have a scale."""
    wins: int
    """Problems on which its mean regret is lower by over 0.01."""
    ties: int
    losses: int
    raw: float
    """Of the signed-rank test; nan without a problem that has a scale."""
    adjusted: float
    """Holm's, over all tests that could have been significant; nan for the others."""
    possible: bool
    """Whether so few problems could have been significant, after the correction."""
    detectable: float
    """The difference that would be found with a probability of 80 %; inf: none."""
    speedup: Speedup


@dataclass(frozen=True, slots=True)
class Comparisons:
    """The comparisons of all strategies, the most often better first, and what they can show."""

    every: tuple[Comparison, ...]
    tests: int
    """How many are corrected together."""
    components: Components | None
    """Where differences come from; None where there is nothing to test."""
    itself: Speedup | None
    """The comparator's own; random search's would be 1 with runs without end. None where it was not
    run."""


def nobody(compared: Compared, found: Comparisons) -> str:
    """Say why no strategy is compared with the comparator; empty where some are."""
    if not compared.order:
        return compared.no_regrets
    if compared.control is None:
        return f"{compared.comparator} was not run, and it is what strategies are compared with"
    return "" if found.every else f"{compared.comparator} is the only strategy"


def comparisons(compared: Compared) -> Comparisons:
    """Compare every strategy that has a run with the comparator; nobody without it."""
    control = compared.control
    if control is None:
        return Comparisons((), 0, None, None)
    scores, members = compared.scores, compared.scaled()
    differences = compared.paired()
    family = against(differences, control)
    means = instance_means(scores.reported.bounded[..., -1][:, members], scores.instances[members])
    gained = np.moveaxis(means[control] - means, 0, -1)
    gains = new_problems(gained, bounds.of_gains(scores, members))
    faster = speedups(scores, "scores")
    better = superiorities(compared.chances[:, control])
    found = [
        _compare(
            s,
            better=better[s],
            gains=gains,
            family=family,
            differences=differences[s, control],
            speedup=_speedup(faster, s),
        )
        for s in compared.order
        if s != control
    ]
    ordered = sorted(
        found, key=lambda each: (-each.superiority.chance, compared.names[each.strategy])
    )
    itself = _speedup(faster, control)
    if not family.problems.any():
        return Comparisons(tuple(ordered), 0, None, itself)
    spread = components(scores.reported.bounded[np.ix_(compared.complete, members)][..., -1])
    return Comparisons(tuple(ordered), family.tests, spread, itself)


def _compare(
    s: int,
    *,
    better: Superiority,
    gains: Interval,
    family: Family,
    differences: NDArray[np.float64],
    speedup: Speedup,
) -> Comparison:
    wins, ties, losses = win_tie_loss(differences).tolist()
    return Comparison(
        strategy=s,
        superiority=better,
        gain=float(gains.mean[s]),
        gain_low=float(gains.low[s]),
        gain_high=float(gains.high[s]),
        problems=int(family.problems[s]),
        wins=wins,
        ties=ties,
        losses=losses,
        raw=float(family.raw[s]),
        adjusted=float(family.adjusted[s]),
        possible=bool(family.possible[s]),
        detectable=detectable(differences, family.tests),
        speedup=speedup,
    )


def _speedup(found: Speedups, s: int) -> Speedup:
    """Sum up a strategy's speed-ups over the problems."""
    low, high = found.low[s], found.high[s]
    return Speedup(
        median=censored_median(low, high, found.drawn_low[s], found.drawn_high[s]),
        problems=int(np.sum(~np.isnan(low))),
        beyond=int(np.sum(np.isinf(high))),
        slower=int(np.sum(high < 1.0)),
    )
