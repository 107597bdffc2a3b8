"""What a strategy that plans for its budget has spent of it, and what its next trial costs."""

from collections.abc import Sequence

from ..strategy import Task
from ..trial import Pending, Proposal, Trial

ROUNDING = 1e-9
"""Sums of costs may be wrong by so much, in evaluations at the highest fidelity."""


class Spending:
    """The costs of a run's trials, also of those that the strategy did not propose.

    All costs are in evaluations at the highest fidelity, without those of gradients.
    """

    def __init__(self, task: Task) -> None:
        self._left = task.budget
        self._highest = None if task.fidelity is None else task.fidelity.high
        self._reached: dict[int, float] = {}
        """The fidelity that each trial reached, by id."""

    def tell(self, trial: Trial) -> None:
        """Take in the cost of a trial that has ended."""
        self._left -= trial.cost
        if trial.proposal.fidelity is not None:
            self._reached[trial.id] = trial.proposal.fidelity

    def cost(self, proposal: Proposal) -> float:
        """Return what a proposal costs, which may continue a trial that was told."""
        if self._highest is None or proposal.fidelity is None:
            return 1.0
        passed = 0.0 if proposal.resume is None else self._reached[proposal.resume]
        return (proposal.fidelity - passed) / self._highest

    def left(self, pending: Sequence[Pending]) -> float:
        """Return what is left of the budget when the pending trials have ended."""
        costs = sum(self.cost(each.proposal) for each in pending)
        return self._left - costs + ROUNDING
