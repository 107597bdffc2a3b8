"""Problems with noise on the values that a strategy is told."""

from dataclasses import dataclass, replace

import numpy as np

from ..problem import Evaluate, Evaluation, Instance, Problem, Start
from ..seeds import Stream
from ..trial import Proposal


def noisy(problem: Problem, deviation: float, *, key: str = "noise") -> Problem:
    """Add normal noise of a standard deviation to the values; scores and gradients stay the same.

    The noise belongs to a training. It is fresh whenever the training is begun again, independent
    between its fidelities, and the same for a continued training as for one without a break. Noise
    upon noise needs another key, or both are the same draw.
    """
    return replace(problem, start=_Start(problem.start, deviation, key))


@dataclass(frozen=True, slots=True)
class _Start:
    start: Start
    deviation: float
    key: str

    def __call__(self, rng: np.random.Generator) -> Instance:
        instance = self.start(rng)
        evaluate = _Evaluate(instance.evaluate, self.deviation, self.key)
        return replace(instance, evaluate=evaluate)


@dataclass(frozen=True, slots=True)
class _Evaluate:
    evaluate: Evaluate
    deviation: float
    key: str

    def __call__(self, proposal: Proposal, stream: Stream, checkpoint: object, /) -> Evaluation:
        evaluation = self.evaluate(proposal, stream, checkpoint)
        noise = stream.rng(self.key, str(proposal.fidelity)).standard_normal()
        value = evaluation.value + self.deviation * noise
        return replace(evaluation, values=(value,), score=evaluation.reported)
