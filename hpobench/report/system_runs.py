"""The runs of systems, which a report shows beside the strategies and compares in nothing else."""

from dataclasses import dataclass

from ..cards.card import StrategyCard
from ..scores import Scores
from .tallies import Tallies


@dataclass(frozen=True, slots=True)
class SystemRuns:
    """The systems of a report, with the runs of systems and strategies together."""

    cards: tuple[StrategyCard, ...]
    """The card of each system, in the order of the systems' names."""
    scores: Scores
    """The scores of systems and strategies together."""
    tallies: Tallies
    """The tallies of systems and strategies together."""
    names: tuple[str, ...]
    """How systems and strategies are called, in the order of the scores."""
    problem_names: tuple[str, ...]
    """How the problems are called, in the order of the scores."""

    @property
    def systems(self) -> list[int]:
        """The positions of the systems in the scores, in the order of their cards."""
        return [self.scores.strategies.index(card.identity) for card in self.cards]
