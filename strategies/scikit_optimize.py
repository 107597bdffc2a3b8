"""scikit-optimize: the proposals of its Gaussian process."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from hpobench import Config, Float, Int, Library, Ordinal, Parameter, Pending, Proposal, Trial
from hpobench.adapters import Adapter, Flat


@dataclass
class GaussianProcess(Adapter):
    """scikit-optimize's Gaussian process, hedging between three acquisition functions.

    The first 10 proposals are random. An ordinal becomes a whole number, the position of its value,
    and a categorical parameter a choice among the positions. An inactive parameter has its default
    value. While trials are pending, a copy of the optimiser is told that each of them gave the best
    value so far. The library does the same, as `cl_min`, when it is asked for several points at
    once.
    """

    citation = (
        "Hoffman, Brochu and de Freitas (2011), Portfolio allocation for Bayesian optimization,"
        " UAI; Head, Kumar, Nahrstaedt, Louppe and Shcherbatyi (2021), scikit-optimize"
    )
    family = "bayesian"
    library = Library("scikit-optimize", ("scikit-optimize>=0.10.2",))

    def begin(self, seed: int) -> None:
        import skopt

        self.flat = Flat(self.task.space)
        dimensions = [_dimension(skopt.space, each) for each in self.task.space.values()]
        self.optimizer = skopt.Optimizer(dimensions, "GP", random_state=seed)

    def suggest(self, pending: Sequence[Pending]) -> tuple[Any, Proposal]:
        optimizer = self.optimizer
        if pending:
            points = [self.outward(each.proposal.config) for each in pending]
            lie = min(optimizer.yi, default=0.0)
            optimizer = optimizer.copy(random_state=optimizer.rng)
            optimizer.tell(points, [lie] * len(points))
        suggested = optimizer.ask()
        return suggested, Proposal(self.inward(suggested))

    def observe(self, suggestion: Any, trial: Trial, value: float) -> None:
        self.optimizer.tell(self.outward(trial.proposal.config), value)

    def outward(self, config: Config) -> Any:
        return list(self.flat.outward(config).values())

    def inward(self, suggested: Any) -> Config:
        return self.flat.inward(dict(zip(self.task.space, suggested, strict=True)))


def _dimension(kinds: Any, parameter: Parameter) -> Any:
    if isinstance(parameter, Float | Int):
        kind = kinds.Real if isinstance(parameter, Float) else kinds.Integer
        prior = "log-uniform" if parameter.log else "uniform"
        return kind(parameter.low, parameter.high, prior=prior)
    last = len(parameter.values) - 1
    if isinstance(parameter, Ordinal) and last > 0:
        return kinds.Integer(0, last)
    return kinds.Categorical(range(last + 1))


strategies = {"skopt-gp": GaussianProcess()}
