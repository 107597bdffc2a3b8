"""What a report is about: the runs of one setting, their cards, and who is compared on what."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import cached_property
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from ..cards.card import StrategyCard
from ..scores import Kind, Scores
from ..statistics import chances, differences, instance_means, instance_ranks, mean_over, mean_ranks
from ..trial import Run
from .looks.markup import file_name
from .looks.style import Look, highlighted, looks
from .looks.tables import decimals
from .tallies import Tallies
from .words import plural

BudgetAndWorkers: TypeAlias = tuple[Fraction, int]
"""A budget and a number of workers."""

FLOOR_OF_KNOWN = 1e-6
"""What regrets are raised to before a logarithm, where the reference is the optimum."""
FLOOR_OF_BEST = 1e-3
"""The same where the reference is the best known: nearer to it than that is noise."""


AGAINST = "against-"
"""How the names of the table and of the figure of the primary comparison begin."""


@dataclass(frozen=True, slots=True)
class SystemRuns:
    """The systems: reported beside the strategies, and compared in nothing else."""

    cards: tuple[StrategyCard, ...]
    """One a system, by name."""
    scores: Scores
    """Of systems and strategies together."""
    tallies: Tallies
    """Of systems and strategies together."""
    names: tuple[str, ...]
    """How systems and strategies are called, in the order of the scores."""
    problem_names: tuple[str, ...]
    """How the problems are called, in the order of the scores."""

    @property
    def systems(self) -> list[int]:
        """Where the systems stand in the scores, in the order of their cards."""
        return [self.scores.strategies.index(card.identity) for card in self.cards]


@dataclass(frozen=True)
class Compared:
    """What runs of one budget and one number of workers came to, and what is known of them."""

    cards: tuple[StrategyCard, ...]
    """One a strategy, in the order of the scores."""
    names: tuple[str, ...]
    """How each strategy is called throughout, in the same order."""
    problem_names: tuple[str, ...]
    """How each problem is called throughout, in the order of the scores."""
    scores: Scores
    tallies: Tallies
    setting: BudgetAndWorkers
    others: tuple[tuple[BudgetAndWorkers, int], ...]
    """The settings left out, and how many runs have them."""
    asked: frozenset[Run]
    """Those of this setting that have ended or were to be made, of systems, too."""
    asked_runs: int
    """How many runs of strategies there would be, if none were unfinished."""
    unfinished: tuple[int, int]
    """How many runs of the last session have not ended, and of how many."""
    comparator: str
    """The strategy that every other one is compared with, by its name."""
    control: int | None
    """Where the comparator stands in the scores: it is ours, whatever a user's file is called;
    None: it was not run."""
    apart: SystemRuns | None = None
    """The systems, which are in nothing of the above; None: there are none."""

    @cached_property
    def looks(self) -> dict[str, Look]:
        """By name; of too many strategies, only the best stand out."""
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
        """How many runs of strategies have ended, however they did."""
        return int((self.scores.status != "missing").sum())

    @cached_property
    def ran(self) -> NDArray[np.bool_]:
        """(strategies, problems): whether there is any run that counts, failed ones included.

        Where no run of anybody holds a score in the end, the problem itself can't run, and nothing
        on it counts.
        """
        holds = np.isfinite(self.scores.reported.comparable[..., -1]).any(axis=(0, 2))
        return np.asarray(self.took_place.any(axis=2) & holds)

    @cached_property
    def took_place(self) -> NDArray[np.bool_]:
        """(strategies, problems, seeds): whether there is a run, failed ones included."""
        return self.scores.took_place

    @cached_property
    def problems(self) -> list[int]:
        """Those that any strategy has a run on that counts: what ranks are over."""
        return np.flatnonzero(self.ran.any(axis=0)).tolist()

    @cached_property
    def void(self) -> list[int]:
        """The problems with runs of which nobody's holds a score: they count in nothing."""
        return np.flatnonzero(self.took_place.any(axis=(0, 2)) & ~self.ran.any(axis=0)).tolist()

    @cached_property
    def complete(self) -> list[int]:
        """The strategies with a run on each of these problems: who is averaged and ranked."""
        everywhere = self.ran[:, self.problems].all(axis=1) & self.ran.any(axis=1)
        return np.flatnonzero(everywhere).tolist()

    @cached_property
    def partial(self) -> list[int]:
        """The other ones, with a run somewhere at least."""
        some = self.ran.any(axis=1)
        return [s for s in np.flatnonzero(some).tolist() if s not in self.complete]

    @cached_property
    def ranks(self) -> dict[int, float]:
        """The mean final rank of each strategy that is averaged, among each other."""
        found = mean_ranks(self.instance_ranks[..., -1])
        return {s: float(rank) for s, rank in zip(self.complete, found, strict=True)}

    @cached_property
    def instance_ranks(self) -> NDArray[np.float64]:
        """Of those averaged, over the budget: (strategies, problems, instances, grid)."""
        scores, chosen = self.scores, self.problems
        ends = scores.reported.comparable[np.ix_(self.complete, chosen)]
        return instance_ranks(ends, scores.instances[chosen], scores.reported.resolution[chosen])

    def runs_by_instance(self, problem: int) -> list[int]:
        """Return how many seeds each instance of a problem was given."""
        planned = self.scores.planned[problem]
        instances = self.scores.instances[problem, planned]
        return [int(count) for count in np.unique(instances, return_counts=True)[1]]

    @cached_property
    def means(self) -> dict[int, float]:
        """The mean final regret of each that is averaged, of scaled problems; nan without any."""
        if not self.scaled():
            return dict.fromkeys(self.complete, np.nan)
        found = mean_over(self.scores.reported.bounded[..., -1], axis=2)[:, self.scaled()].mean(
            axis=1
        )
        return {s: float(found[s]) for s in self.complete}

    @cached_property
    def order(self) -> list[int]:
        """Every strategy with a run: those averaged by their mean final regret, then the rest.

        By their mean rank, where no problem has a scale.
        """
        by = self.means if self.scaled() else self.ranks
        ranked = sorted(self.complete, key=lambda s: (by[s], self.ranks[s], self.names[s]))
        return [*ranked, *self.partial]

    @cached_property
    def places(self) -> dict[int, str]:
        """The place of each that is averaged: "1", or "1=" where it prints the same as others."""
        by = self.means if self.scaled() else self.ranks
        digits = 3 if self.scaled() else 2
        shown = [decimals(by[s], digits) for s in self.order if s in by]
        return {
            s: str(shown.index(each) + 1) + "=" * (shown.count(each) > 1)
            for s, each in zip(self.order, shown, strict=False)
        }

    @cached_property
    def chances(self) -> NDArray[np.float64]:
        """Of the first strategy to end better than the second, on the same instance.

        (strategies, strategies, problems, instances), over the problems that count.
        """
        scores, chosen = self.scores, self.problems
        ends = scores.reported.comparable[..., -1][:, chosen]
        return chances(ends, scores.instances[chosen], scores.reported.resolution[chosen])

    def paired(self, point: int = -1) -> NDArray[np.float64]:
        """Return differences of regrets on the same instances, at a point of the grid.

        (strategies, strategies, problems): over the problems with a scale, the first strategy's
        less the second's; nan where the two have no instance in common.
        """
        members = self.scaled()
        regrets = self.scores.reported.bounded[..., point][:, members]
        return differences(instance_means(regrets, self.scores.instances[members]))

    def scaled(self, kind: Kind = "scores") -> list[int]:
        """Return the problems whose every run has a place between the anchors: for averages."""
        quantity = self.scores.quantity(kind)
        return [
            p
            for p in self.problems
            if not np.any(np.isnan(quantity.bounded[:, p, :, -1]) & self.took_place[:, p])
        ]

    @cached_property
    def no_regrets(self) -> str:
        """Why there are no regrets to average; empty where there are."""
        if not self.problems:
            return "no run on any problem holds a score"
        if self.scaled():
            return ""
        return "no problem has anchors for every instance that was run, so regrets have no scale"

    def begins(self, strategy: int, problems: Sequence[int]) -> int:
        """Return the first point of the grid where any of the strategy's runs holds something."""
        holds = ~np.isnan(self.scores.reported.held[strategy, list(problems)])
        return int(np.argmax(holds.any(axis=(0, 1))))

    def runs(
        self, kind: Kind, strategies: Sequence[int], problems: Sequence[int]
    ) -> NDArray[np.float64]:
        """Return bounded regrets as intervals need them: (problems, seeds, strategies, grid)."""
        chosen = self.scores.quantity(kind).bounded[np.ix_(strategies, problems)]
        return np.moveaxis(chosen, 0, 2)

    def floors(self, problems: Sequence[int]) -> NDArray[np.float64]:
        """Return what regrets are raised to before a logarithm, (problems,)."""
        known = [self.scores.problems[p].optimum is not None for p in problems]
        return np.where(known, FLOOR_OF_KNOWN, FLOOR_OF_BEST)

    @cached_property
    def budget(self) -> float:
        """In evaluations at the highest fidelity."""
        return float(self.setting[0])

    @cached_property
    def spent(self) -> NDArray[np.float64]:
        """(grid,): where curves are read, in evaluations at the highest fidelity."""
        return self.scores.shares * self.budget

    @cached_property
    def suite(self) -> str:
        """The scope of all problems, those included on which nothing counts."""
        return self.scope(range(len(self.scores.problems)))

    def scope(self, problems: Sequence[int]) -> str:
        """Say over how many problems and seeds: "14 problems, 5 seeds each"."""
        seeds = self.scores.planned[list(problems)].sum(axis=1)
        if not seeds.size:
            return "0 problems"
        each = " each" if len(problems) > 1 else ""
        few, many = int(seeds.min()), int(seeds.max())
        of_seeds = plural(few, "seed") + each if few == many else f"{few} to {many} seeds{each}"
        return f"{plural(len(problems), 'problem')}, {of_seeds}"

    def absent(self) -> str:
        """Say who is missing from averages over all problems; empty: nobody."""
        if not self.partial:
            return ""
        missing = [f"{self.names[s]} ({self.ran[s].sum()})" for s in self.partial]
        return (
            f" Not shown, for a lack of runs on some of the {len(self.problems)} problems: "
            f"{', '.join(missing)}."
        )
