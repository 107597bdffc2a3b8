"""What a report is about: the runs of one setting, their cards, and who is compared on what."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import cached_property
from typing import TypeAlias

import numpy as np

from ..cards.card import StrategyCard
from ..errors import counted
from ..scores import Kind, Overtuning, Scores, Targets, overtuning, targets
from ..statistics import (
    BoolArray,
    FloatArray,
    chances,
    differences,
    instance_means,
    instance_ranks,
    mean_over,
    mean_ranks,
    new_problems,
)
from ..trial import Run
from . import bounds
from .looks.markup import file_name
from .looks.style import Look, highlighted, looks
from .looks.tables import decimals
from .system_runs import SystemRuns
from .tallies import Tallies

BudgetAndWorkers: TypeAlias = tuple[Fraction, int]
"""A budget and a number of workers."""

NO_MEASURES = (
    "every problem that was run has several objectives or limits, for which there are no measures"
    " yet"
)
AGAINST = "against-"
"""How the names of the table and of the figure of the primary comparison begin."""


@dataclass(frozen=True)
class Compared:
    """What runs of one budget and one number of workers came to, and what is known of them.

    Strategies and problems are named by their positions in the scores.
    """

    cards: tuple[StrategyCard, ...]
    """The card of each strategy, in the order of the scores."""
    names: tuple[str, ...]
    """How each strategy is called throughout the report, in the order of the scores."""
    problem_names: tuple[str, ...]
    """How each problem is called throughout the report, in the order of the scores."""
    scores: Scores
    tallies: Tallies
    setting: BudgetAndWorkers
    others: tuple[tuple[BudgetAndWorkers, int], ...]
    """The settings that the report leaves out, and how many runs have each of them."""
    asked: frozenset[Run]
    """The runs of this setting that have ended or were to be made, those of systems included."""
    asked_runs: int
    """How many runs of strategies there would be, if none were unfinished."""
    unfinished: tuple[int, int]
    """How many runs of the last session have not ended, and of how many."""
    comparator: str
    """The name of the strategy that every other one is compared with. It is a strategy of ours:
    no user's file is called so."""
    apart: SystemRuns | None = None
    """The systems, which are in nothing of the above; None: there are none."""

    @cached_property
    def comparator_position(self) -> int | None:
        """The position of the comparator in the scores; None: it was not run."""
        return self.names.index(self.comparator) if self.comparator in self.names else None

    @cached_property
    def looks(self) -> dict[str, Look]:
        """The look of each strategy by its name; of too many, only the best stand out."""
        cards = [
            replace(card, identity=replace(card.identity, name=name))
            for card, name in zip(self.cards, self.names, strict=True)
        ]
        order = [self.names[s] for s in self.order]
        return highlighted(looks(cards, self.comparator), order, self.comparator)

    @property
    def own(self) -> frozenset[str]:
        """The names of the strategies that come from users' files."""
        cards = zip(self.names, self.cards, strict=True)
        return frozenset(name for name, card in cards if card.source is not None)

    @cached_property
    def against(self) -> str:
        """The name of the table and of the figure of the primary comparison."""
        return AGAINST + file_name(self.comparator)

    @cached_property
    def ended(self) -> int:
        """How many runs of strategies have ended, failed and unsupported ones included."""
        return int((self.scores.status != "missing").sum())

    @cached_property
    def ran(self) -> BoolArray:
        """(strategies, problems): whether there is any run that counts, failed ones included.

        Nothing on a problem counts where there are no measures for it, or where no run of any
        strategy holds a score at its end: then the problem itself can't run.
        """
        holds = np.isfinite(self.scores.reported.comparable[..., -1]).any(axis=(0, 2))
        measured = np.array([not card.unmeasured for card in self.scores.problems])
        return np.asarray(self.scores.took_place.any(axis=2) & holds & measured)

    @cached_property
    def problems(self) -> list[int]:
        """The problems on which any strategy has a run that counts: ranks are over these."""
        return np.flatnonzero(self.ran.any(axis=0)).tolist()

    @cached_property
    def void(self) -> list[int]:
        """The problems that have runs, but none that counts: see `ran`."""
        took_place = self.scores.took_place.any(axis=(0, 2))
        return np.flatnonzero(took_place & ~self.ran.any(axis=0)).tolist()

    @cached_property
    def scaled(self) -> list[int]:
        """The problems whose every run has a regret of its score: averages are over these."""
        return self._with_regrets("scores")

    @cached_property
    def scaled_both(self) -> list[int]:
        """The problems whose every run has a regret of its value and one of its score."""
        return [p for p in self._with_regrets("values") if p in self.scaled]

    @cached_property
    def complete(self) -> list[int]:
        """The strategies with a run on each problem that counts: these are averaged and ranked."""
        everywhere = self.ran[:, self.problems].all(axis=1) & self.ran.any(axis=1)
        return np.flatnonzero(everywhere).tolist()

    @cached_property
    def partial(self) -> list[int]:
        """The strategies with a run on some of the problems, but not on all of them."""
        some = self.ran.any(axis=1)
        return [s for s in np.flatnonzero(some).tolist() if s not in self.complete]

    @cached_property
    def ranks(self) -> dict[int, float]:
        """The mean final rank of each complete strategy, among the complete ones."""
        found = mean_ranks(self.instance_ranks[..., -1])
        return {s: float(rank) for s, rank in zip(self.complete, found, strict=True)}

    @cached_property
    def instance_ranks(self) -> FloatArray:
        """(complete strategies, problems, instances, grid): ranks over the budget."""
        scores, chosen = self.scores, self.problems
        ends = scores.reported.comparable[np.ix_(self.complete, chosen)]
        return instance_ranks(ends, scores.instances[chosen], scores.reported.resolution[chosen])

    @cached_property
    def means(self) -> dict[int, float]:
        """The mean final regret of each complete strategy; nan where no problem has regrets."""
        if not self.scaled:
            return dict.fromkeys(self.complete, np.nan)
        by_problem = mean_over(self.scores.reported.bounded[..., -1], axis=2)[:, self.scaled]
        found = by_problem.mean(axis=1)
        return {s: float(found[s]) for s in self.complete}

    @cached_property
    def final_regrets(self) -> dict[int, tuple[float, float, float]]:
        """The mean final regret of each complete strategy and both ends of its interval.

        It is empty where no problem has regrets.
        """
        if not self.scaled:
            return {}
        runs = self.runs("scores", self.complete, self.scaled)[..., -1]
        found = new_problems(runs, bounds.of_regrets(self.scores, self.scaled))
        table = np.stack([found.mean, found.low, found.high], axis=1).tolist()
        return {
            s: (mean, low, high) for s, (mean, low, high) in zip(self.complete, table, strict=True)
        }

    @cached_property
    def order(self) -> list[int]:
        """Every strategy with a run: the complete ones by their mean final regret, then the rest.

        Where no problem has regrets, the complete ones are ordered by their mean rank.
        """
        by = self.means if self.scaled else self.ranks
        ranked = sorted(self.complete, key=lambda s: (by[s], self.ranks[s], self.names[s]))
        return [*ranked, *self.partial]

    @cached_property
    def places(self) -> dict[int, str]:
        """The place of each complete strategy: "1", or "1=" where others print the same number."""
        by = self.means if self.scaled else self.ranks
        digits = 3 if self.scaled else 2
        shown = [decimals(by[s], digits) for s in self.order if s in by]
        return {
            s: str(shown.index(each) + 1) + "=" * (shown.count(each) > 1)
            for s, each in zip(self.order, shown, strict=False)
        }

    @cached_property
    def chances(self) -> FloatArray:
        """(strategies, strategies, problems, instances): the chance that the first ends better.

        The two strategies are compared on the same instance, over the problems that count.
        """
        scores, chosen = self.scores, self.problems
        ends = scores.reported.comparable[..., -1][:, chosen]
        return chances(ends, scores.instances[chosen], scores.reported.resolution[chosen])

    @cached_property
    def final_means(self) -> FloatArray:
        """(strategies, scaled problems, instances): mean final regrets within instances."""
        return self._means_at(-1)

    @cached_property
    def final_differences(self) -> FloatArray:
        """The differences of final regrets, as `differences_at` returns them."""
        return differences(self.final_means)

    def differences_at(self, point: int) -> FloatArray:
        """Return differences of regrets on the same instances, at a point of the grid.

        (strategies, strategies, scaled problems): the first strategy's regret less the second's;
        nan where the two have no instance in common.
        """
        return differences(self._means_at(point))

    @cached_property
    def overtuning(self) -> Overtuning:
        """The overtuning of every run at its end."""
        return overtuning(self.scores)

    @cached_property
    def targets(self) -> Targets:
        """When each run first held what random search is expected to hold after some effort."""
        return targets(self.scores)

    @cached_property
    def no_regrets(self) -> str:
        """Why there are no regrets to average; empty where there are."""
        unmeasured = [p for p in self.void if self.scores.problems[p].unmeasured]
        if not self.problems and unmeasured and unmeasured == self.void:
            return NO_MEASURES
        if not self.problems:
            return "no run on any problem holds a score"
        if self.scaled:
            return ""
        return "no problem has anchors for every instance that was run, so regrets have no scale"

    def begins(self, strategy: int, problems: Sequence[int]) -> int:
        """Return the first point of the grid where any of the strategy's runs holds something."""
        holds = ~np.isnan(self.scores.reported.held[strategy, list(problems)])
        return int(np.argmax(holds.any(axis=(0, 1))))

    def runs(self, kind: Kind, strategies: Sequence[int], problems: Sequence[int]) -> FloatArray:
        """Return bounded regrets as intervals need them: (problems, seeds, strategies, grid)."""
        chosen = self.scores.quantity(kind).bounded[np.ix_(strategies, problems)]
        return np.moveaxis(chosen, 0, 2)

    @cached_property
    def budget(self) -> float:
        """The budget of a run, in evaluations at the highest fidelity."""
        return float(self.setting[0])

    @cached_property
    def spent(self) -> FloatArray:
        """(grid,): where curves are read, in evaluations at the highest fidelity."""
        return self.scores.shares * self.budget

    @cached_property
    def suite(self) -> str:
        """The scope of all problems, including those on which nothing counts."""
        return self.scope(range(len(self.scores.problems)))

    def scope(self, problems: Sequence[int]) -> str:
        """Say how many problems and seeds a statement is over: "14 problems, 5 seeds each"."""
        seeds = self.scores.planned[list(problems)].sum(axis=1)
        if not seeds.size:
            return "0 problems"
        each = " each" if len(problems) > 1 else ""
        few, many = int(seeds.min()), int(seeds.max())
        of_seeds = counted(few, "seed") + each if few == many else f"{few} to {many} seeds{each}"
        return f"{counted(len(problems), 'problem')}, {of_seeds}"

    def _means_at(self, point: int) -> FloatArray:
        regrets = self.scores.reported.bounded[..., point][:, self.scaled]
        return instance_means(regrets, self.scores.instances[self.scaled])

    def _with_regrets(self, kind: Kind) -> list[int]:
        """Return the problems that count and on which every run has a regret of this kind."""
        regrets, took_place = self.scores.quantity(kind).bounded, self.scores.took_place
        return [
            p
            for p in self.problems
            if not np.any(np.isnan(regrets[:, p, :, -1]) & took_place[:, p])
        ]
