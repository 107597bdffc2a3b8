"""Noise on what a strategy is told."""

from dataclasses import dataclass, replace

import numpy as np

from ..problem import Evaluate, Evaluation, Instance, Problem, Start
from ..seeds import Stream
from ..trial import Proposal


def noisy(problem: Problem, deviation: float) -> Problem:
    """Add normal noise of a standard deviation to the values; the scores stay noise-free.

    The noise is a training's own: fresh whenever it is begun again, independent between its
    fidelities, and the same for a training continued as for one that ran straight through.
    """
    return replace(
        problem,
        start=_Start(problem.start, deviation),
        textbook=problem.textbook and noisy(problem.textbook, deviation),
    )


@dataclass(frozen=True, slots=True)
class _Start:
    start: Start
    deviation: float

    def __call__(self, rng: np.random.Generator) -> Instance:
        instance = self.start(rng)
        return Instance(_Evaluate(instance.evaluate, self.deviation), instance.optimum)


@dataclass(frozen=True, slots=True)
class _Evaluate:
    evaluate: Evaluate
    deviation: float

    def __call__(self, proposal: Proposal, stream: Stream, checkpoint: object, /) -> Evaluation:
        evaluation = self.evaluate(proposal, stream, checkpoint)
        noise = stream.rng("noise", str(proposal.fidelity)).standard_normal()
        score = evaluation.value if evaluation.score is None else evaluation.score
        return replace(evaluation, value=evaluation.value + self.deviation * noise, score=score)
