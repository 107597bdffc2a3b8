"""Problems whose trainings may take far longer than usual, as on machines that others use, too."""

from dataclasses import dataclass, replace

import numpy as np

from ..problem import Evaluate, Evaluation, Instance, Problem, Start
from ..seeds import Stream
from ..trial import Fidelity, Proposal


def straggling(problem: Problem, shape: float) -> Problem:
    """Multiply each training's duration by its own draw of a Pareto distribution of median 1.

    The lower the shape, the heavier the tail: for a shape of 1 or less the distribution has no
    mean. The lowest factor is 2 ** (-1 / shape). A continued training keeps its factor.
    """
    start = _Start(problem.start, shape, problem.fidelity, problem.gradient_cost or 1.0)
    return replace(problem, start=start)


@dataclass(frozen=True, slots=True)
class _Start:
    start: Start
    shape: float
    fidelity: Fidelity | None
    gradient_cost: float

    def __call__(self, rng: np.random.Generator) -> Instance:
        instance = self.start(rng)
        return replace(instance, evaluate=_Evaluate(instance.evaluate, self))


@dataclass(frozen=True, slots=True)
class _Evaluate:
    evaluate: Evaluate
    made: _Start

    def __call__(self, proposal: Proposal, stream: Stream, checkpoint: object, /) -> Evaluation:
        evaluation = self.evaluate(proposal, stream, checkpoint)
        duration = evaluation.duration
        if duration is None:
            duration = self._cost(proposal)
        tail = 1 - stream.rng("straggler").random()  # lies in (0, 1]
        return replace(evaluation, duration=duration * (2 * tail) ** (-1 / self.made.shape))

    def _cost(self, proposal: Proposal) -> float:
        """Return what the training costs from its start; its duration is this by default."""
        cost = self.made.gradient_cost if proposal.gradient else 1.0
        if self.made.fidelity is None or proposal.fidelity is None:
            return cost
        return cost * proposal.fidelity / self.made.fidelity.high
