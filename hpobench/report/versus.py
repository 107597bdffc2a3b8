"""One strategy against another one: everything that decides which of the two to take, in numbers.

Which test it is, is decided by the problems before any result is known: of regrets where enough of
them have anchors, otherwise of the chances to be better; where they are too few for a test over
problems, of the runs on these problems alone.
"""

from dataclasses import dataclass
from typing import Literal, TypeAlias

import numpy as np

from ..statistics import Settling, Verdict, seeds_for_rank_sums
from .appendix.costs import costs
from .appendix.opinions import judged, settled
from .compared import Compared
from .comparisons import Comparison, comparisons
from .gaps import without_score
from .verdicts import HERE, verdict
from .versus_effects import (
    NOTHING,
    Effect,
    OnProblem,
    Reach,
    chance_of,
    chances_of,
    gain_of,
    instances_of,
    on_problems,
)
from .versus_runs import Paired
from .widths import Width, width_of

Conclusion: TypeAlias = Literal["better", "worse", "equal", "differs", "undecided", "nothing"]
"""What the first strategy is, against the second one. "differs": better by mean or by chance, not
by both; "nothing": the two have no runs that can be compared."""
Standing: TypeAlias = Literal["worse", "not worse", "undecided"]
"""Whether the first strategy is worse than the second one by more than a margin."""

EQUAL = 0.95
"""The probability of being practically equal from which two strategies are called so."""


@dataclass(frozen=True, slots=True)
class Versus:
    """The first strategy against the second one, at the end of the budget."""

    first: str
    second: str
    scope: str
    """How many problems and seeds the two share."""
    seeds: int
    """The fewest seeds that the two share on one of these problems; 0: there is none."""
    unpaired: tuple[int, int]
    """How many runs of each are left out, since the other one lacks their seeds."""
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
    """How probable it is that better, practically equal or worse is the likeliest of the three for
    the first one on a new problem; nan: it is not known."""
    settled: Settling
    """How many problems, or seeds, would settle it by the test over problems."""
    seeds_here: float
    """How many seeds on each of these very problems would show such a chance by the test of their
    runs, with a probability of 80 %; inf: no number does."""
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
    width: Width | None
    """How wide the interval of the gain is; None: the two share no problem with anchors, or no seed
    on one of these."""

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
        opposed = (self.chance.mean - 0.5) * self.gain.mean < 0  # never where there is no gain
        said = verdict(self.comparison)
        if said == "differs" or (said in HERE and opposed):
            return "differs"
        if said in ("better", HERE[0]):
            return "better"
        return "worse" if said in ("worse", HERE[1]) else "undecided"

    @property
    def effect(self) -> tuple[Effect, float]:
        """What the test is of, and what it is where the two are alike."""
        return (self.gain, 0.0) if self.by_regret else (self.chance, 0.5)

    def standing(self, margin: float) -> Standing:
        """Return whether the interval shows, or excludes, that the first is worse by the margin.

        The margin is a mean regret, or a chance below one half where the test is of chances.
        """
        effect, even = self.effect
        if effect.high - even < -margin:
            return "worse"
        return "not worse" if effect.low - even > -margin else "undecided"


def versus(runs: Paired) -> Versus:
    """Compare the first of two strategies with the second one."""
    compared, a, b = runs.compared, runs.first, runs.second
    found = next((each for each in comparisons(compared).every if each.strategy == a), None)
    chances = chances_of(compared, a, b)
    members = list(chances)
    scaled = [p for p in compared.scaled if p in members]
    gain = gain_of(compared, a, b, scaled, found)
    chance = NOTHING if found is None else chance_of(found)
    own = {each.strategy: each for each in costs(compared)}
    worst = without_score(compared)
    return Versus(
        first=compared.names[a],
        second=compared.names[b],
        scope=compared.scope(members),
        seeds=int(compared.scores.planned[members].sum(axis=1).min()) if members else 0,
        unpaired=runs.unpaired,
        budget=compared.budget,
        comparison=found,
        gain=gain,
        chance=chance,
        by_regret=bool(compared.scaled),
        verdict=judged(compared, a, b),
        settled=settled(compared, a, b),
        seeds_here=seeds_for_rank_sums(chance.mean, instances_of(compared, members)),
        problems=on_problems(compared, a, b, chances),
        left_out=tuple(
            name for q, name in enumerate(compared.problem_names) if q not in set(members)
        ),
        suggestion=(_suggestion(compared, a), _suggestion(compared, b)),
        pays=own[a].pays if a in own else (np.nan, np.nan),
        without_score=(worst.get(a, (0, 0))[0], worst.get(b, (0, 0))[0]),
        width=width_of(compared, a, b, scaled, gain),
    )


def _suggestion(compared: Compared, s: int) -> float:
    """Return the real seconds that a suggestion of a strategy takes on average."""
    taken = compared.tallies.ask_seconds[s]
    measured = taken[taken > 0]
    return float(measured.mean()) if measured.size else np.nan
