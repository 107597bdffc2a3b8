"""What textbooks claim of hyperparameter tuning, and what the runs say of it: the numbers alone.

Which strategies stand for a claim is decided by the families on their cards, before any run. It is
the mean of all strategies of a family, never its best one. Runs are compared seed by seed, and so
on the same instance. Every effect is signed so that a positive one speaks for the claim.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal, TypeAlias, assert_never

import numpy as np

from ..cards.card import ProblemCard
from ..scores import BOUNDS, budget_ratios
from ..statistics import (
    FEWEST_PROBLEMS,
    Bounds,
    FloatArray,
    mean_over,
    new_problems,
    slope,
    within_problems,
)
from . import bounds
from .compared import Compared
from .names import RANDOM_SEARCH

Quantity: TypeAlias = Literal["regret", "budget", "progress"]
"""What is compared: final regrets; the logarithm to the base 2 of the budget that is needed for
what random search and the strategy end with; or by how much the regret of what is tried falls."""
Verdict: TypeAlias = Literal["supported", "not supported", "undecided"]
Reach: TypeAlias = Literal["new problems", "these problems", "nothing"]
"""What an interval speaks of; nothing: there is none."""

_NOTHING = 1e-10
"""An end of an interval that is no further from 0 is 0, but for rounding."""


@dataclass(frozen=True, slots=True)
class Claim:
    """A claim that strategies of some families are better than those of others."""

    words: str
    """The claim, as textbooks make it."""
    source: str
    """Where it is made."""
    measured: str
    """What is measured, in words."""
    better: tuple[str, ...]
    """The families of the strategies that are to be better; empty: random search itself."""
    worse: tuple[str, ...]
    """The families of those that they are compared with; empty: random search itself."""
    quantity: Quantity
    per_doubling: bool = False
    """Whether the claim is that the effect grows with the number of hyperparameters."""
    where: Callable[[ProblemCard], bool] = lambda _: True
    """On which problems the claim is made."""
    problems: str = ""
    """What these problems are called: "problems with a fidelity"; empty: it is made on all."""


@dataclass(frozen=True, slots=True)
class Finding:
    """What came out of a claim."""

    claim: Claim
    better: tuple[int, ...] = ()
    """The strategies that are to be better: the effect is over the mean of all of them."""
    worse: tuple[int, ...] = ()
    effect: float = np.nan
    """The mean of the effects over problems, or their slope; nan: the claim was not tested."""
    low: float = np.nan
    """The lower end of the interval; nan: the runs allow none."""
    high: float = np.nan
    problems: int = 0
    reach: Reach = "nothing"
    untested: str = ""
    """Why the runs can't test the claim; empty: they can."""

    @property
    def verdict(self) -> Verdict:
        """What follows from the interval alone: without one, a claim is undecided."""
        if self.low > _NOTHING:
            return "supported"
        return "not supported" if self.high < -_NOTHING else "undecided"


def found(compared: Compared, claim: Claim) -> Finding:
    """Return what the runs say of a claim, or why they say nothing."""
    better, worse = (_strategies(compared, side) for side in (claim.better, claim.worse))
    for side, families in ((better, claim.better), (worse, claim.worse)):
        if not side:
            return Finding(claim, untested=_lacking(families))
    cards = compared.scores.problems
    members = [p for p in compared.problems if claim.where(cards[p])]
    if not members:
        return Finding(claim, untested=f"there are no runs on {claim.problems or 'any problem'}")
    told = quantities(compared, claim.quantity)[:, members]
    effects = mean_over(told[worse], axis=0) - mean_over(told[better], axis=0)
    if np.isnan(effects).all():
        return Finding(claim, untested=_incomparable(claim.quantity))
    if claim.per_doubling:
        dimensions = np.array([sum(cards[p].dimensions.values()) for p in members], dtype=float)
        measured = by_dimensions(effects, dimensions)
    else:
        measured = averaged(effects, _bounds(compared, claim.quantity, members))
    first, second = (
        tuple(s for s in side if not np.isnan(told[s]).all()) for side in (better, worse)
    )
    return Finding(claim, first, second, *measured)


Measured: TypeAlias = tuple[float, float, float, int, Reach, str]
"""The last fields of a finding, from the effect on."""


def averaged(effects: FloatArray, limits: Bounds) -> Measured:
    """Average effects (problems, seeds) over problems.

    The interval is for new problems where there are at least 8; with fewer, it is for these very
    problems and other seeds, which takes at least 5 seeds on each of them.
    """
    problems = int((~np.isnan(effects)).any(axis=1).sum())
    reach: Reach = "new problems"
    interval = new_problems(effects, limits)
    if problems < FEWEST_PROBLEMS:
        interval, reach = within_problems(effects, limits), "these problems"
    ends = float(interval.low), float(interval.high)
    return float(interval.mean), *ends, problems, "nothing" if np.isnan(ends[0]) else reach, ""


def by_dimensions(effects: FloatArray, dimensions: FloatArray) -> Measured:
    """Return the change of effects (problems, seeds) for a doubling of dimensions (problems,)."""
    line = slope(np.log2(dimensions), mean_over(effects, axis=1))
    reach: Reach = "nothing" if np.isnan(line.low) else "new problems"
    why = "all problems have the same number of hyperparameters" if np.isnan(line.slope) else ""
    return line.slope, line.low, line.high, line.problems, reach, why


def quantities(compared: Compared, quantity: Quantity) -> FloatArray:
    """Return what claims compare, (strategies, problems, seeds); lower is better; nan: no run.

    Regrets are there where every run of the problem has one. Budgets are relative to that of random
    search, which must have been run: the one for what it ends with is 0.
    """
    match quantity:
        case "regret":
            final = compared.scores.reported.bounded[..., -1]
            scaled = np.isin(np.arange(final.shape[1]), compared.anchored)
            return np.where(scaled[:, None], final, np.nan)
        case "budget":
            (control,) = _strategies(compared, ())
            return -budget_ratios(compared.scores, control)
        case "progress":
            tried = compared.tallies.tried
            return tried[..., -1] - tried[..., 0]
        case _:
            assert_never(quantity)


def _bounds(compared: Compared, quantity: Quantity, members: list[int]) -> Bounds:
    """Return between what numbers an effect is on each of some problems."""
    match quantity:
        case "regret":
            return bounds.of_gains(compared.scores, members)
        case "budget":  # nothing is held before the first evaluation, which costs this much or more
            fidelities = [compared.scores.problems[p].fidelity for p in members]
            first = np.array([1.0 if each is None else each.low / each.high for each in fidelities])
            most = np.maximum(np.log2(compared.scores.budgets[members] / first), 0.0)
        case "progress":
            most = np.full(len(members), 2 * (BOUNDS[1] - BOUNDS[0]))
        case _:
            assert_never(quantity)
    return Bounds(-most, most)


def _strategies(compared: Compared, families: tuple[str, ...]) -> list[int]:
    """Return the strategies of the families that have a run; of none, ours that is random search.

    A user's file may be called as ours is, where another strategy is the comparator.
    """
    ran = np.flatnonzero(compared.ran.any(axis=1)).tolist()
    if families:
        return [s for s in ran if compared.cards[s].family in families]
    return [
        s for s in ran if compared.called[s] == RANDOM_SEARCH and compared.cards[s].source is None
    ]


def _lacking(families: tuple[str, ...]) -> str:
    """Say that no strategy stands for one side of a claim."""
    if not families:
        return f"{RANDOM_SEARCH} was not run"
    first, *others = families
    if others:
        return "no other strategy that names its family was run"
    return f"no strategy of the family {first} was run"


def _incomparable(quantity: Quantity) -> str:
    match quantity:
        case "regret":
            return "no problem has regrets of both sides for the same seed"
        case "budget":
            return "no problem has runs of both sides for the same seed"
        case "progress":
            return "no runs of one seed tried anything in the first and in the last quarter"
        case _:
            assert_never(quantity)
