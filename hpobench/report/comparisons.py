"""Each strategy against the comparator at the end of the budget: the primary comparison."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from ..scores import Speedups, speedups
from ..statistics import (
    ALPHA,
    FEWEST_PROBLEMS,
    UNKNOWN,
    Components,
    Family,
    FloatArray,
    Interval,
    Median,
    Superiority,
    These,
    against,
    censored_median,
    components,
    detectable,
    holm,
    new_problems,
    superiorities,
    these_problems,
    win_tie_loss,
)
from . import bounds
from .compared import Compared


@dataclass(frozen=True, slots=True)
class Speedup:
    """How many random evaluations are worth one of a strategy's own, over the problems."""

    median: Median
    problems: int
    """How many problems it is over: those where the anchors have a curve of random search."""
    beyond: int
    """On how many problems the strategy's budget is worth more than all random evaluations of the
    anchors."""
    slower: int
    """On how many problems it is known to be under 1."""


@dataclass(frozen=True, slots=True)
class Comparison:
    """A strategy against the comparator, over the problems that both have a run on."""

    strategy: int
    """The position of the strategy in the scores."""
    superiority: Superiority
    gain: float
    """The comparator's mean regret less the strategy's, on the same instances; nan where no problem
    has regrets."""
    gain_low: float
    """The lower end of the gain's interval; nan below 8 problems."""
    gain_high: float
    problems: int
    """How many problems the gain and the test are over: see `Outcomes.tested`."""
    wins: int
    """The problems on which the strategy's mean regret is lower by over 0.01; without regrets,
    those on which its chance to be better is above one half by over that."""
    ties: int
    losses: int
    raw: float
    """The p of the signed-rank test."""
    adjusted: float
    """The p after Holm's correction over all tests that could have been significant by themselves;
    nan where the problems are too few for any p to be significant."""
    possible: bool
    """Whether a test over so many problems could have been significant, after the correction."""
    detectable: float
    """The difference that the test would find with a probability of 80 %; inf: it finds none."""
    here: These
    """What is known of these very problems alone, where they are under 8, else nan. Its p is
    corrected (Holm) with those of the others, and nan where it could not have been significant by
    itself."""
    speedup: Speedup


@dataclass(frozen=True, slots=True)
class Comparisons:
    """The comparisons of all strategies with the comparator, and what they can show."""

    every: tuple[Comparison, ...]
    """The comparisons, in descending order of the chance to be better; those of strategies without
    runs on all problems come last."""
    tests: int
    """How many tests are corrected together."""
    components: Components | None
    """The variance components of final regrets; None where there is nothing to test."""
    itself: Speedup | None
    """The comparator's own speed-up: random search's would be 1 with infinitely many runs. None
    where the comparator was not run."""


def nobody(compared: Compared, found: Comparisons) -> str:
    """Say why no strategy is compared with the comparator; empty where some are."""
    if not compared.order:
        return compared.no_regrets
    if compared.comparator_position is None:
        return f"{compared.comparator} was not run, and it is what strategies are compared with"
    return "" if found.every else f"{compared.comparator} is the only strategy"


def comparisons(compared: Compared) -> Comparisons:
    """Compare every strategy that has a run with the comparator, if that was run."""
    position = compared.comparator_position
    if position is None:
        return Comparisons((), 0, None, None)
    differences, means = compared.tested_differences, compared.final_means
    family = against(differences, position)
    gained = np.moveaxis(means[position] - means, 0, -1)
    gains = new_problems(gained, bounds.of_gains(compared.scores, compared.scaled))
    faster = speedups(compared.scores.over(compared.problems), "scores")
    better = superiorities(compared.chances[:, position])
    rivals = [s for s in compared.order if s != position]
    few = [s for s in rivals if better[s].problems < FEWEST_PROBLEMS]
    here = _these(compared, few, position)
    found = [
        _compare(
            s,
            better=better[s],
            gains=gains,
            family=family,
            differences=differences[s, position],
            here=here.get(s, UNKNOWN),
            speedup=_speedup(faster, s),
        )
        for s in rivals
    ]
    ordered = sorted(
        found,
        key=lambda each: (
            each.strategy not in compared.complete,
            -each.superiority.chance,
            compared.names[each.strategy],
        ),
    )
    itself = _speedup(faster, position)
    spread = _components(compared) if family.problems.any() else None
    return Comparisons(tuple(ordered), family.tests, spread, itself)


def _components(compared: Compared) -> Components | None:
    """Return the variance components of final regrets; None where there are no regrets."""
    if not compared.scaled:
        return None
    ends = compared.scores.reported.bounded[np.ix_(compared.complete, compared.scaled)]
    return components(ends[..., -1])


def _these(compared: Compared, rivals: Sequence[int], position: int) -> dict[int, These]:
    """Compare each strategy with the comparator on these very problems, corrected together."""
    scores, chosen = compared.scores, compared.problems
    ends = scores.reported.comparable[..., -1][:, chosen]
    alone = {
        s: these_problems(
            ends[s], ends[position], scores.instances[chosen], compared.chances[s, position]
        )
        for s in rivals
    }
    able = [each.p if each.smallest <= ALPHA else np.nan for each in alone.values()]
    corrected = holm(np.array(able)).tolist()
    return {s: replace(alone[s], p=p) for s, p in zip(alone, corrected, strict=True)}


def _compare(
    s: int,
    *,
    better: Superiority,
    gains: Interval,
    family: Family,
    differences: FloatArray,
    here: These,
    speedup: Speedup,
) -> Comparison:
    """Gather what is known of the strategy at a position; `differences` are (problems,)."""
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
        here=here,
        speedup=speedup,
    )


def _speedup(found: Speedups, s: int) -> Speedup:
    """Sum up a strategy's speed-ups over the problems."""
    low, high = found.low[s], found.high[s]
    return Speedup(
        median=censored_median(low, high),
        problems=int(np.sum(~np.isnan(low))),
        beyond=int(np.sum(np.isinf(high))),
        slower=int(np.sum(high < 1.0)),
    )
