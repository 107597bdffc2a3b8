"""Problems with further parameters that do nothing."""

from dataclasses import dataclass, replace

import numpy as np

from ..parameter import Float
from ..problem import Evaluate, Evaluation, Instance, Problem, Start
from ..seeds import Stream
from ..space import Space
from ..trial import Proposal


def with_irrelevant(problem: Problem, number: int) -> Problem:
    """Add real parameters `irrelevant-1`, `irrelevant-2`, ... in [0, 1] after the others."""
    names = tuple(f"irrelevant-{i}" for i in range(1, number + 1))
    for name in names:
        if name in problem.space:
            raise ValueError(f"it has a parameter of that name already: {name!r}")
    space = Space({**problem.space, **{name: Float(0.0, 1.0) for name in names}})
    return replace(problem, space=space, start=_Start(problem.start, names))


@dataclass(frozen=True, slots=True)
class _Start:
    start: Start
    names: tuple[str, ...]

    def __call__(self, rng: np.random.Generator) -> Instance:
        instance = self.start(rng)
        best = instance.minimiser
        if best is not None:
            best = {**best, **dict.fromkeys(self.names, 0.5)}  # any value does
        return replace(instance, evaluate=_Evaluate(instance.evaluate, self.names), minimiser=best)


@dataclass(frozen=True, slots=True)
class _Evaluate:
    evaluate: Evaluate
    names: tuple[str, ...]

    def __call__(self, proposal: Proposal, stream: Stream, checkpoint: object, /) -> Evaluation:
        config = {key: value for key, value in proposal.config.items() if key not in self.names}
        evaluation = self.evaluate(replace(proposal, config=config), stream, checkpoint)
        if evaluation.gradient is None:
            return evaluation
        nothing = dict.fromkeys(self.names, 0.0)
        return replace(evaluation, gradient={**evaluation.gradient, **nothing})
