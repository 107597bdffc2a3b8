"""Nevergrad: the proposals of the optimiser that it picks by itself."""

import math
import threading
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from hpobench import (
    Config,
    Float,
    Int,
    Library,
    Ordinal,
    Parameter,
    Pending,
    Proposal,
    Trial,
    Unsupported,
)
from hpobench.adapters import Adapter, Flat


@dataclass
class NGOpt(Adapter):
    """Nevergrad's NGOpt picks an optimiser by the space, the budget and the number of workers.

    Where all parameters are real it picks COBYLA, a quadratic meta-model or CMA-ES, otherwise an
    evolution strategy with discrete steps; most of them start at the centre of the space. An
    ordinal becomes a choice with transitions to its neighbours. The optimiser is told the point
    that it asked for, including the values of inactive parameters. A failed trial is told as the
    worst value so far; before any trial has succeeded it is told as nan, which Nevergrad replaces
    by 5e20.

    In the case that `irreproducible` describes, it runs a CMA-ES that is seeded by the clock.
    """

    citation = (
        "Meunier et al. (2022), Black-box optimization revisited: improving algorithm selection"
        " wizards through massive benchmarking, IEEE Transactions on Evolutionary Computation"
        " 26(3);"
        " Rapin and Teytaud (2018), Nevergrad: a gradient-free optimization platform"
    )
    family = "mixed"
    library = Library("nevergrad", ("nevergrad>=1.0.12", "numpy<2.4"), shared=False)
    """Nevergrad's meta-models fail with numpy 2.4, and it pins an old bayesian-optimization."""
    plans_for_budget = True
    irreproducible = (
        "3 to 20 parameters, all real, with one worker and more than 50 evaluations for each"
    )
    knows_failures = True
    uses_global_generators = True

    def begin(self, seed: int) -> None:
        import nevergrad

        self.threads: set[Any] = set()
        self.flat = Flat(self.task.space)
        parameters = [_parameter(nevergrad.p, each) for each in self.task.space.values()]
        if all(isinstance(each, int) for each in parameters):
            raise Unsupported("needs a parameter that can have more than one value")
        self.parametrization = nevergrad.p.Instrumentation(*parameters)
        self.parametrization.random_state = np.random.RandomState(seed)
        self.optimizer = nevergrad.optimizers.NGOpt(
            self.parametrization, max(1, math.floor(self.task.budget)), self.task.workers
        )
        self.ahead: list[Any] = []
        """The candidate that it asks for next, where it is known already."""

    def suggest(self, pending: Sequence[Pending]) -> tuple[Any, Proposal]:
        candidate = self.ahead.pop() if self.ahead else self._asked()
        return candidate, Proposal(self.inward(candidate))

    def adopt(self, config: Config) -> None:
        """Ignore a trial that is told first: some optimisers that it may pick refuse it."""

    def observe(self, suggestion: Any, trial: Trial, value: float) -> None:
        known = not trial.failed or self.worst == -math.inf
        self.optimizer.tell(suggestion, value if known else self.worst)
        if self.task.workers == 1:  # asking waits for the optimiser's own thread, if it has one
            self.ahead.append(self._asked())

    def close(self) -> None:
        for thread in getattr(self, "threads", ()):
            thread.stop()
            thread.join()

    def outward(self, config: Config) -> Any:
        numbers = self.flat.outward(config)
        return self.parametrization.spawn_child(new_value=(tuple(numbers.values()), {}))

    def inward(self, suggested: Any) -> Config:
        return self.flat.inward(dict(zip(self.task.space, suggested.args, strict=True)))

    def _asked(self) -> Any:
        before = set(threading.enumerate())
        candidate = self.optimizer.ask()
        self.threads |= set(threading.enumerate()) - before
        return candidate


def _parameter(kinds: Any, parameter: Parameter) -> Any:
    if isinstance(parameter, Float | Int):
        kind = kinds.Log if parameter.log else kinds.Scalar
        number = kind(lower=parameter.low, upper=parameter.high)
        return number.set_integer_casting() if isinstance(parameter, Int) else number
    if len(parameter.values) == 1:
        return 0
    kind = kinds.TransitionChoice if isinstance(parameter, Ordinal) else kinds.Choice
    return kind(range(len(parameter.values)))


strategies = {"nevergrad-ngopt": NGOpt()}
