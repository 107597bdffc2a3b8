"""What a report is about: the runs of one setting, their cards, and who is compared on what."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from ..cards.card import StrategyCard
from ..errors import counted
from ..statistics import (
    FloatArray,
)
from ..trial import Run, Setting
from .looks.look import Look, highlighted, looks, told_apart
from .looks.markup import file_name
from .looks.tables import decimals
from .names import RANDOM_SEARCH
from .outcomes import Outcomes
from .system_runs import SystemRuns
from .tallies import Tallies

NO_MEASURES = (
    "every problem that was run has several objectives or limits, for which there are no regrets"
)
AGAINST = "against-"
"""How the names of the table and of the figure of the primary comparison begin."""


@dataclass(frozen=True)
class Compared(Outcomes):
    """What runs of one setting came to, and what is known of them.

    Strategies and problems are named by their positions in the scores.
    """

    cards: tuple[StrategyCard, ...]
    """The card of each strategy, in the order of the scores."""
    names: tuple[str, ...]
    """How each strategy is called throughout the report, in the order of the scores."""
    called: tuple[str, ...]
    """How each strategy is called where it has no label, in the order of the scores."""
    problem_names: tuple[str, ...]
    """How each problem is called throughout the report, in the order of the scores."""
    tallies: Tallies
    setting: Setting
    others: tuple[tuple[Setting, int], ...]
    """The settings that the report leaves out, and how many runs have each of them."""
    asked: frozenset[Run]
    """The runs of this setting that have ended or were to be made, those of systems included."""
    asked_runs: int
    """How many runs of strategies there would be, if none were unfinished."""
    unfinished: tuple[int, int]
    """How many runs of the last session have not ended, and of how many; without `elsewhere`."""
    elsewhere: int
    """How many runs that were planned with them are not there, as other shares make them."""
    comparator: str
    """The name of the strategy that every other one is compared with. It is a strategy of ours:
    no user's file is called so."""
    highlight: tuple[str, ...] = ()
    """The strategies that stand out in figures, by name; empty: all do or, of many, the best."""
    apart: SystemRuns | None = None
    """The systems, which are in nothing of the above; None: there are none."""

    def over(self, problems: Sequence[int]) -> "Compared":
        """Return what there is on some of the problems, in their order."""
        return replace(
            self,
            problem_names=tuple(self.problem_names[p] for p in problems),
            scores=self.scores.over(problems),
            tallies=self.tallies.over(problems),
            apart=None,
        )

    @cached_property
    def comparator_position(self) -> int | None:
        """The position of the comparator in the scores; None: it was not run."""
        return self.names.index(self.comparator) if self.comparator in self.names else None

    @cached_property
    def looks(self) -> dict[str, Look]:
        """The look of each strategy by its name; of too many, only the best stand out."""
        order = [self.names[s] for s in self.order]
        return highlighted(self.own_looks, order, self.comparator, self.highlight)

    @cached_property
    def page_looks(self) -> dict[str, Look]:
        """The look of each strategy by its name where no two have the same colour and line."""
        order = [self.names[s] for s in self.order]
        return told_apart(self.own_looks, order, self.comparator, self.highlight)

    @cached_property
    def own_looks(self) -> dict[str, Look]:
        """The look of each strategy by its name where all are told apart, however many."""
        cards = [
            replace(card, identity=replace(card.identity, name=name))
            for card, name in zip(self.cards, self.called, strict=True)
        ]
        s = self.comparator_position
        own = looks(cards, self.comparator if s is None else self.called[s])
        return {name: own[called] for name, called in zip(self.names, self.called, strict=True)}

    @cached_property
    def against_random(self) -> bool:
        """Whether strategies are compared with random search, as hpobench fixes beforehand."""
        s = self.comparator_position
        return (self.comparator if s is None else self.called[s]) == RANDOM_SEARCH

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
    def ranked(self) -> list[int]:
        """The complete strategies by mean final regret; without regrets, by mean rank."""
        by = self.means if self.scaled else self.ranks
        return sorted(self.complete, key=lambda s: (by[s], self.ranks[s], self.names[s]))

    @cached_property
    def order(self) -> list[int]:
        """Every strategy with a run: those that are ranked, in their order, then the rest."""
        return [*self.ranked, *self.partial]

    @cached_property
    def places(self) -> dict[int, str]:
        """The place of each complete strategy: "1", or "1=" where others print the same number."""
        by = self.means if self.scaled else self.ranks
        digits = 3 if self.scaled else 2
        shown = [decimals(by[s], digits) for s in self.ranked]
        return {
            s: str(shown.index(each) + 1) + "=" * (shown.count(each) > 1)
            for s, each in zip(self.ranked, shown, strict=True)
        }

    @cached_property
    def first(self) -> list[int]:
        """The strategies in the first place; empty: none is ranked."""
        return [s for s in self.ranked if self.places[s].rstrip("=") == "1"]

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
        few = f"only {len(self.anchored)} of the {len(self.problems)} problems have anchors"
        lacking = few if self.anchored else "no problem has anchors"
        return f"{lacking} for every instance that was run, so regrets have no scale"

    @cached_property
    def budget(self) -> float:
        """The budget of a run, in evaluations at the highest fidelity."""
        return float(self.setting.budget)

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
