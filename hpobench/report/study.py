"""What a report is about: the runs of one setting, their cards, and who is compared on what."""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import cached_property
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from ..card import ProblemCard, StrategyCard
from ..scores import Kind, Standings, grid, problem_means, standings
from ..style import Look, highlighted, looks
from ..trial import Outcome, Reference

COMPARATOR = "random-search"
Setting: TypeAlias = tuple[Fraction, int]
"""A budget and a number of workers."""

FLOOR_OF_KNOWN = 1e-6
"""What regrets are raised to before a logarithm, where the reference is the optimum."""
FLOOR_OF_BEST = 1e-3
"""The same where the reference is the best known: nearer to it than that is noise."""


@dataclass(frozen=True, slots=True)
class Apart:
    """The systems: reported beside the strategies, and compared in nothing else."""

    every: tuple[Outcome, ...]
    """Of strategies, too."""
    cards: tuple[StrategyCard, ...]
    """One a system, by name."""
    table: Standings
    """Of systems and strategies together."""

    @property
    def outcomes(self) -> list[Outcome]:
        """Those of systems."""
        own = {card.identity for card in self.cards}
        return [each for each in self.every if each.run.strategy in own]


@dataclass(frozen=True)
class Study:
    """The runs of one budget and one number of workers, and what is known of them."""

    outcomes: tuple[Outcome, ...]
    cards: tuple[StrategyCard, ...]
    """One a strategy, in the table's order; their names are made unique."""
    table: Standings
    setting: Setting
    others: tuple[tuple[Setting, int], ...]
    """The settings left out, and how many runs have them."""
    apart: "Apart | None" = None
    """The systems, which are in nothing of the above; None: there are none."""

    @cached_property
    def names(self) -> tuple[str, ...]:
        """How each strategy is called throughout, in the table's order."""
        return tuple(card.identity.name for card in self.cards)

    @cached_property
    def looks(self) -> dict[str, Look]:
        """By name; of too many strategies, only the best stand out."""
        order = [self.names[s] for s in self.order]
        return highlighted(looks(self.cards, COMPARATOR), order, COMPARATOR)

    @cached_property
    def control(self) -> int | None:
        """Where random search stands in the table; None: it was not run."""
        return self.names.index(COMPARATOR) if COMPARATOR in self.names else None

    @cached_property
    def ran(self) -> NDArray[np.bool_]:
        """(strategies, problems): whether there is any run, failed ones included."""
        return np.asarray(self._took_place.any(axis=2))

    @cached_property
    def _took_place(self) -> NDArray[np.bool_]:
        return ~np.isin(self.table.status, ("missing", "unsupported"))

    @cached_property
    def problems(self) -> list[int]:
        """Those that any strategy has a run on: what ranks are over."""
        return np.flatnonzero(self.ran.any(axis=0)).tolist()

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
    def order(self) -> list[int]:
        """Every strategy with a run: those averaged by their mean final regret, then the rest."""
        means = problem_means(self.table.scores.bounded)[..., -1][:, self.scaled()]
        where = {s: float(means[s].sum()) for s in self.complete}
        return [*sorted(self.complete, key=lambda s: (where[s], self.names[s])), *self.partial]

    def scaled(self, kind: Kind = "scores") -> list[int]:
        """Return the problems whose every run has a place between the anchors: for averages."""
        quantity = self.table.quantity(kind)
        return [
            p
            for p in self.problems
            if not np.any(np.isnan(quantity.bounded[:, p, :, -1]) & self._took_place[:, p])
        ]

    def begins(self, strategy: int, problems: Sequence[int]) -> int:
        """Return the first point of the grid where any of the strategy's runs holds something."""
        holds = ~np.isnan(self.table.scores.held[strategy, list(problems)])
        return int(np.argmax(holds.any(axis=(0, 1))))

    def runs(
        self, kind: Kind, strategies: Sequence[int], problems: Sequence[int]
    ) -> NDArray[np.float64]:
        """Return bounded regrets as intervals need them: (problems, seeds, strategies, grid)."""
        chosen = self.table.quantity(kind).bounded[np.ix_(strategies, problems)]
        return np.moveaxis(chosen, 0, 2)

    def losses(self, strategies: Sequence[int], problems: Sequence[int]) -> NDArray[np.float64]:
        """Return the scores' losses: (strategies, problems, seeds, grid)."""
        return self.table.scores.losses[np.ix_(strategies, problems)]

    def floors(self, problems: Sequence[int]) -> NDArray[np.float64]:
        """Return what regrets are raised to before a logarithm, (problems,)."""
        known = [self.table.problems[p].optimum is not None for p in problems]
        return np.where(known, FLOOR_OF_KNOWN, FLOOR_OF_BEST)

    @cached_property
    def budget(self) -> float:
        """In evaluations at the highest fidelity."""
        return float(self.setting[0])

    @cached_property
    def spent(self) -> NDArray[np.float64]:
        """(grid,): where curves are read, in evaluations at the highest fidelity."""
        return self.table.shares * self.budget

    def scope(self, problems: Sequence[int]) -> str:
        """Say over how many problems and seeds: "14 problems, 5 seeds each"."""
        seeds = self.table.planned[list(problems)].sum(axis=1)
        if not seeds.size:
            return "0 problems"
        each = " each" if len(problems) > 1 else ""
        few, many = int(seeds.min()), int(seeds.max())
        of_seeds = plural(few, "seed") + each if few == many else f"{few} to {many} seeds{each}"
        return f"{plural(len(problems), 'problem')}, {of_seeds}"

    def scope_of_regrets(self) -> str:
        """Say over which of the problems regrets are, where that is not all of them."""
        scaled = self.scaled()
        if len(scaled) == len(self.problems):
            return ""
        return f" Regrets are over the {len(scaled)} of these problems that have anchors."

    def absent(self) -> str:
        """Say who is missing from averages over all problems; empty: nobody."""
        if not self.partial:
            return ""
        missing = [f"{self.names[s]} ({self.ran[s].sum()})" for s in self.partial]
        return (
            f" Not shown, for a lack of runs on some of the {len(self.problems)} problems: "
            f"{', '.join(missing)}."
        )


def study(
    outcomes: Sequence[Outcome], strategies: Sequence[StrategyCard], problems: Sequence[ProblemCard]
) -> Study:
    """Take the setting that most runs have (of several, the largest budget).

    Raises ValueError where there is no outcome, or one without the card of its strategy or problem.
    """
    systems = {card.identity for card in strategies if card.system}
    counts = Counter((each.run.budget, each.run.workers) for each in outcomes)
    ranked = Counter(
        (each.run.budget, each.run.workers) for each in outcomes if each.run.strategy not in systems
    )
    if not ranked:
        raise ValueError("a report needs at least one run of a strategy that ended")
    setting = max(ranked, key=lambda each: (ranked[each], each))
    chosen = [each for each in outcomes if (each.run.budget, each.run.workers) == setting]
    who = _told_apart({each.run.strategy for each in chosen})
    where = _told_apart({each.run.problem for each in chosen})
    kept = tuple(
        replace(
            each,
            run=replace(each.run, strategy=who[each.run.strategy], problem=where[each.run.problem]),
        )
        for each in chosen
    )
    known = [replace(c, identity=where[c.identity]) for c in problems if c.identity in where]
    ordered = sorted(known, key=lambda card: (card.family, card.identity.name))
    cards = {
        who[c.identity]: replace(c, identity=who[c.identity])
        for c in strategies
        if c.identity in who
    }
    missing = sorted({each.name for each in who.values() if each not in cards})
    if missing:
        raise ValueError(f"no card for the strategy: {missing[0]}")
    compared = tuple(each for each in kept if not cards[each.run.strategy].system)
    table = standings(compared, ordered, grid(setting[0]))
    return Study(
        outcomes=compared,
        cards=tuple(cards[identity] for identity in table.strategies),
        table=table,
        setting=setting,
        others=tuple(sorted((each, number) for each, number in counts.items() if each != setting)),
        apart=_apart(kept, cards, ordered, setting),
    )


def _apart(
    outcomes: Sequence[Outcome],
    cards: Mapping[Reference, StrategyCard],
    problems: Sequence[ProblemCard],
    setting: Setting,
) -> Apart | None:
    systems = sorted(
        (card for card in cards.values() if card.system), key=lambda card: card.identity.name
    )
    if not systems:
        return None
    table = standings(outcomes, problems, grid(setting[0]))
    return Apart(tuple(outcomes), tuple(systems), table)


def _told_apart(identities: Collection[Reference]) -> dict[Reference, Reference]:
    """Return how each is called: those of one name show their versions, too."""
    times = Counter(identity.name for identity in identities)
    return {
        each: each
        if times[each.name] == 1
        else Reference(f"{each.name} v{each.version[:8]}", each.version)
        for each in identities
    }


def plural(number: int, noun: str) -> str:
    """Return a number with its noun.

    >>> plural(1, "seed"), plural(5, "seed")
    ('1 seed', '5 seeds')
    """
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"
