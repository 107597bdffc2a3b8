"""Random search (Bergstra and Bengio, 2012)."""

from collections.abc import Sequence
from dataclasses import dataclass

from hpobench import Pending, Proposal, Strategy


@dataclass
class RandomSearch(Strategy):
    """Draws every configuration independently, uniformly in the unit cube."""

    citation = "Bergstra and Bengio (2012), Random search for hyper-parameter optimization, JMLR 13"
    family = "random"

    def ask(self, pending: Sequence[Pending]) -> Proposal:
        return Proposal(self.task.space.sample(self.rng))
