"""One strategy against another one: everything that decides which of the two to take, in numbers.

Which test it is, is decided by the problems before any result is known: of regrets where enough of
them have anchors, otherwise of the chances to be better; where they are too few for a test over
problems, of the runs on these problems alone.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal, TypeAlias

import numpy as np

from ..cards.card import ProblemCard, StrategyCard
from ..runner.finished_run import FinishedRun
from ..statistics import (
    ALPHA,
    FEWEST_PROBLEMS,
    FloatArray,
    Precision,
    Settling,
    Verdict,
    by_problem,
    mean_over,
    precision,
    within_problems,
)
from ..trial import Identity
from . import bounds, selection
from .appendix.costs import costs
from .appendix.opinions import judged, settled
from .compared import Compared
from .comparisons import Comparison, comparisons
from .gaps import without_score
from .verdicts import verdict

Reach: TypeAlias = Literal["new problems", "these problems", "nothing"]
"""What an interval or a test speaks of; an interval that speaks of nothing is not there."""
Conclusion: TypeAlias = Literal["better", "worse", "equal", "differs", "undecided", "nothing"]
"""What the first strategy is, against the second one. "differs": better by mean or by chance, not
by both; "nothing": the two have no runs that can be compared."""
Standing: TypeAlias = Literal["worse", "not worse", "undecided"]
"""Whether the first strategy is worse than the second one by more than a margin."""

EQUAL = 0.95
"""The probability of being practically equal from which two strategies are called so."""


@dataclass(frozen=True, slots=True)
class Effect:
    """A mean over problems with its interval; above 0, or above half, the first is better."""

    mean: float
    """nan: over no problem."""
    low: float
    """The lower end of the interval; nan: there is none."""
    high: float
    problems: int
    reach: Reach


@dataclass(frozen=True, slots=True)
class OnProblem:
    """The two strategies on one problem."""

    name: str
    chance: float
    """The chance that a run of the first one is better, ties counted half."""
    gain: float
    """The second one's mean regret less the first one's; nan: the problem has no anchors."""
    p: float
    """The p of a rank-sum test of the runs on the same instances, after Holm over all problems
    with enough runs for one; nan: it has too few."""

    @property
    def shown(self) -> bool:
        """Whether the runs on this problem show by themselves which strategy is better."""
        return self.p <= ALPHA


@dataclass(frozen=True, slots=True)
class Versus:
    """The first strategy against the second one, at the end of the budget."""

    first: str
    second: str
    scope: str
    """How many problems and seeds the two share."""
    budget: float
    comparison: Comparison | None
    """The comparison as in a report; None: the first one has no run that counts."""
    gain: Effect
    """The second one's mean regret less the first one's, over the problems with anchors."""
    chance: Effect
    """The chance that a run of the first one is better, over all problems that both ran on."""
    by_regret: bool
    """Whether the test is of regrets, since enough problems have anchors; else it is of chances."""
    verdict: Verdict
    """How probably the first one is better, practically equal or worse on a new problem; nan: it
    is not known."""
    settled: Settling
    problems: tuple[OnProblem, ...]
    """The problems that both have comparable runs on, in the order of the report."""
    left_out: tuple[str, ...]
    """The other problems on which either has a run."""
    suggestion: tuple[float, float]
    """The real seconds that a suggestion of each takes, mean over all; nan: not measured."""
    pays: tuple[float, float]
    """Between which seconds an evaluation the first one is sooner at the same target; nan: never,
    or it is not known."""
    without_score: tuple[int, int]
    """How many runs of each failed or hold no score: they count as the worst."""
    precision: Precision | None
    """The precision of the gain; None: no problem has anchors."""
    scaled: tuple[Identity, ...]
    """The problems that the precision is over."""

    @property
    def reach(self) -> Reach:
        """What the test speaks of."""
        if self.comparison is None or not self.problems:
            return "nothing"
        if self.comparison.possible:
            return "new problems"
        return "nothing" if np.isnan(self.comparison.here.p) else "these problems"

    @property
    def p(self) -> float:
        """The p of the signed-rank test over problems; nan: no test could tell.

        Where problems are too few, it is that of the rank-sum test of the runs, stratified by
        problem and instance.
        """
        if self.comparison is None:
            return np.nan
        return self.comparison.raw if self.comparison.possible else self.comparison.here.p

    @property
    def conclusion(self) -> Conclusion:
        """What the first strategy is, against the second one."""
        if self.comparison is None or not self.problems:
            return "nothing"
        if self.verdict.equal >= EQUAL:  # whether or not they differ by less than matters
            return "equal"
        match verdict(self.comparison):
            case "better" | "better here":
                return "better"
            case "worse" | "worse here":
                return "worse"
            case "differs":
                return "differs"
            case _:
                return "undecided"

    def standing(self, margin: float) -> Standing:
        """Return whether the interval shows, or excludes, that the first is worse by the margin.

        The margin is a mean regret, or a chance below one half where the test is of chances.
        """
        effect, even = (self.gain, 0.0) if self.by_regret else (self.chance, 0.5)
        if effect.high - even < -margin:
            return "worse"
        return "not worse" if effect.low - even > -margin else "undecided"


_NOTHING = Effect(np.nan, np.nan, np.nan, 0, "nothing")


def paired(
    runs: Sequence[FinishedRun],
    strategies: Sequence[StrategyCard],
    problems: Sequence[ProblemCard],
    second: Identity,
) -> Compared:
    """Select the runs of two strategies; the second one, which has a run, is compared with."""
    found = selection.compared(runs, strategies, problems, comparator="")
    return replace(found, comparator=found.names[found.scores.strategies.index(second)])


def versus(compared: Compared, first: Identity) -> Versus:
    """Compare a strategy, which has a run, with the comparator, which has one, too."""
    a, b = compared.scores.strategies.index(first), compared.comparator_position
    assert b is not None
    found = next((each for each in comparisons(compared).every if each.strategy == a), None)
    chances = mean_over(compared.chances[a, b], axis=1)
    shared = ~np.isnan(chances)
    members = [p for p, there in zip(compared.problems, shared, strict=True) if there]
    scaled = [p for p in compared.scaled if p in members]
    gain = _gain(compared, a, b, scaled, found)
    own = {each.strategy: each for each in costs(compared)}
    worst = without_score(compared)
    return Versus(
        first=compared.names[a],
        second=compared.names[b],
        scope=compared.scope(members),
        budget=compared.budget,
        comparison=found,
        gain=gain,
        chance=_NOTHING if found is None else _chance(found),
        by_regret=bool(compared.scaled),
        verdict=judged(compared, a, b),
        settled=settled(compared, a, b),
        problems=_on_problems(compared, a, b, members, chances[shared]),
        left_out=tuple(
            name for q, name in enumerate(compared.problem_names) if q not in set(members)
        ),
        suggestion=(_suggestion(compared, a), _suggestion(compared, b)),
        pays=own[a].pays if a in own else (np.nan, np.nan),
        without_score=(worst.get(a, (0, 0))[0], worst.get(b, (0, 0))[0]),
        precision=_precision(compared, a, b, scaled, gain) if scaled else None,
        scaled=tuple(compared.scores.problems[q].identity for q in scaled),
    )


def _chance(found: Comparison) -> Effect:
    """Return the chance that a run of the first one is better, with its interval."""
    better, here = found.superiority, found.here
    if not np.isnan(better.low):
        return Effect(better.chance, better.low, better.high, better.problems, "new problems")
    reach: Reach = "nothing" if np.isnan(here.low) else "these problems"
    return Effect(better.chance, here.low, here.high, better.problems, reach)


def _gain(
    compared: Compared, a: int, b: int, scaled: Sequence[int], found: Comparison | None
) -> Effect:
    """Return how much lower the first one's mean regret is, with its interval."""
    if found is None or not scaled:
        return _NOTHING
    if len(scaled) >= FEWEST_PROBLEMS:
        ends = found.gain_low, found.gain_high
        return Effect(found.gain, *ends, len(scaled), "new problems")
    most = bounds.of_gains(compared.scores, scaled)
    here = within_problems(-_paired_differences(compared, a, b, scaled), most)
    reach: Reach = "nothing" if np.isnan(here.low) else "these problems"
    # where seeds share instances unevenly, the mean of the pairs is not quite the gain
    ends = float(np.minimum(here.low, found.gain)), float(np.maximum(here.high, found.gain))
    return Effect(found.gain, *ends, len(scaled), reach)


def _paired_differences(compared: Compared, a: int, b: int, members: Sequence[int]) -> FloatArray:
    """Return the first one's regret less the second's with the same seed: (problems, seeds)."""
    ends = compared.scores.reported.bounded[..., -1][:, list(members)]
    return np.asarray(ends[a] - ends[b])


def _precision(
    compared: Compared, a: int, b: int, scaled: Sequence[int], gain: Effect
) -> Precision | None:
    """Return how precise the gain is; None where the two share no seed on some problem."""
    differences = _paired_differences(compared, a, b, scaled)
    if np.isnan(differences).all(axis=1).any():
        return None
    new = len(scaled) >= FEWEST_PROBLEMS
    return precision(differences, (gain.high - gain.low) / 2, new=new)


def _on_problems(
    compared: Compared, a: int, b: int, members: Sequence[int], chances: FloatArray
) -> tuple[OnProblem, ...]:
    """Compare the two on each problem by itself."""
    scores = compared.scores
    ends = scores.reported.comparable[..., -1]
    p = by_problem(ends[a, members], ends[b, members], scores.instances[members])
    gains = dict(zip(compared.scaled, -compared.final_differences[a, b], strict=True))
    return tuple(
        OnProblem(compared.problem_names[q], chance, float(gains.get(q, np.nan)), own)
        for q, chance, own in zip(members, chances.tolist(), p.tolist(), strict=True)
    )


def _suggestion(compared: Compared, s: int) -> float:
    """Return the real seconds that a suggestion of a strategy takes on average."""
    taken = compared.tallies.ask_seconds[s]
    measured = taken[taken > 0]
    return float(measured.mean()) if measured.size else np.nan
