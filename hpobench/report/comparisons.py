"""Each strategy against random search at the end of the budget: the primary comparison."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ..scores import problem_means, speedups
from ..statistics import (
    Components,
    Family,
    Power,
    Superiority,
    against,
    components,
    new_problems,
    power,
    superiority_interval,
    win_tie_loss,
)
from .study import COMPARATOR, Study

ALPHA = 0.05


@dataclass(frozen=True, slots=True)
class Comparison:
    """A strategy against random search, over the problems that both have a run on."""

    strategy: int
    """Its place in the study."""
    superiority: Superiority
    gain: float
    """Random search's mean regret less the strategy's; nan without a scale."""
    gain_low: float
    """nan below 8 problems."""
    gain_high: float
    wins: int
    """Problems on which its mean regret is lower by over 0.01."""
    ties: int
    losses: int
    raw: float
    """Of the signed-rank test; nan without a problem that has a scale."""
    adjusted: float
    """Holm's, over all strategies compared."""
    speedup: float
    """Random evaluations that are worth one of its own; nan without anchors."""
    censored: bool
    """Whether the speed-up is a lower bound."""


@dataclass(frozen=True, slots=True)
class Comparisons:
    """All of them, the most often better first, and what they can show."""

    every: tuple[Comparison, ...]
    components: Components | None
    """Where differences come from; None where there is nothing to test."""
    power: Power | None
    """None likewise."""

    @property
    def tests(self) -> int:
        """How many are corrected together."""
        return 0 if self.power is None else self.power.family


def comparisons(study: Study) -> Comparisons:
    """Compare every strategy that has a run with random search; nobody without it."""
    control = study.control
    if control is None:
        return Comparisons((), None, None)
    scaled = study.scaled()
    means = problem_means(study.table.scores.bounded)[..., -1][:, scaled]
    family = against(means, control)
    found = tuple(
        _compare(study, s, means, family)
        for s in np.flatnonzero(study.ran.any(axis=1)).tolist()
        if s != control
    )
    ordered = sorted(found, key=lambda each: (-each.superiority.chance, study.names[each.strategy]))
    tests = int(np.sum(~np.isnan(family.raw)))
    if not tests or not scaled:
        return Comparisons(tuple(ordered), None, None)
    spread = components(study.table.scores.bounded[np.ix_(study.complete, scaled)][..., -1])
    return Comparisons(tuple(ordered), spread, power(spread, tests))


def _compare(study: Study, s: int, means: NDArray[np.float64], family: Family) -> Comparison:
    control = study.names.index(COMPARATOR)
    losses = study.table.scores.losses[..., -1]
    difference = means[control] - means[s]
    gain = new_problems(difference[~np.isnan(difference), None])
    wins, ties, lost = win_tie_loss(means, control)[s].tolist()
    speedup, censored = _speedup(study, s)
    return Comparison(
        strategy=s,
        superiority=superiority_interval(losses[s], losses[control]),
        gain=float(gain.mean),
        gain_low=float(gain.low),
        gain_high=float(gain.high),
        wins=wins,
        ties=ties,
        losses=lost,
        raw=float(family.raw[s]),
        adjusted=float(family.adjusted[s]),
        speedup=speedup,
        censored=censored,
    )


def _speedup(study: Study, strategy: int) -> tuple[float, bool]:
    """Return the geometric mean over problems, and whether any of them is a lower bound."""
    found = speedups(study.table, "scores")
    factors = found.factors[strategy, :, -1]
    there = ~np.isnan(factors)
    if not there.any():
        return np.nan, False
    return float(np.exp(np.log(factors[there]).mean())), bool(
        found.censored[strategy, there, -1].any()
    )
