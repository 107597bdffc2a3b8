"""The library bayesian-optimization: the proposals of its Gaussian process."""

import copy
import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from hpobench import (
    Categorical,
    Config,
    Float,
    Int,
    Library,
    Parameter,
    Pending,
    Proposal,
    Trial,
    Unsupported,
)
from hpobench.adapters import Adapter, Flat, Number


@dataclass
class GaussianProcess(Adapter):
    """bayesian-optimization's Gaussian process, with an upper confidence bound.

    The library knows no logarithmic scale, so it is given the logarithm of a number whose range is
    logarithmic, as a real number. It is given an ordinal as a whole number, the position of its
    value, and a categorical parameter as a choice among the positions. An inactive parameter has
    its default value. While trials are pending, a copy of the optimiser is told that each of them
    gave the best value so far. The library has a way of its own to do this, its constant liar, but
    that works with real numbers alone.
    """

    citation = (
        "Srinivas, Krause, Kakade and Seeger (2010), Gaussian process optimization in the bandit"
        " setting, ICML; Nogueira (2014), Bayesian Optimization: open source constrained global"
        " optimization tool for Python"
    )
    family = "bayesian"
    library = Library("bayes-opt", ("bayesian-optimization>=3.4",))

    initial: int = 5
    """How many of the first proposals are random; 5 as in the library's own loop."""

    def begin(self, seed: int) -> None:
        from bayes_opt import BayesianOptimization

        space = self.task.space
        self.flat = Flat(space)
        ranges = {name: _range(parameter) for name, parameter in space.items()}
        self.ranges = {name: found for name, found in ranges.items() if found is not None}
        if not self.ranges:
            raise Unsupported("needs a parameter that can have more than one value")
        self.generator = np.random.RandomState(seed)
        self.optimizer: Any = BayesianOptimization(
            None,
            self.ranges,
            random_state=self.generator,
            verbose=0,
            allow_duplicate_points=True,
        )
        self.first = self.optimizer.random_sample(self.initial)

    def suggest(self, pending: Sequence[Pending]) -> tuple[Any, Proposal]:
        suggested = self.first.pop(0) if self.first else self._lied_to(pending).suggest()
        return suggested, Proposal(self.inward(suggested))

    def observe(self, suggestion: Any, trial: Trial, value: float) -> None:
        config = trial.proposal.config
        active = {name: each for name, each in suggestion.items() if name in config}
        self.optimizer.register(self.outward(config) | active, -value)

    def outward(self, config: Config) -> Any:
        numbers = self.flat.outward(config)
        space = self.task.space
        return {name: _to_library(space[name], numbers[name]) for name in self.ranges}

    def inward(self, suggested: Any) -> Config:
        space = self.task.space
        numbers = {name: _from_library(space[name], each) for name, each in suggested.items()}
        return self.flat.inward(dict.fromkeys(space, 0) | numbers)

    def _lied_to(self, pending: Sequence[Pending]) -> Any:
        """Return the optimiser, or a copy that was told the best value for each pending trial."""
        if not pending or self.optimizer.space.empty:
            return self.optimizer
        shared = {id(self.generator): self.generator}
        liar = copy.deepcopy(self.optimizer, shared)
        for each in pending:
            liar.register(self.outward(each.proposal.config), self.optimizer.space.target.max())
        return liar


def _range(parameter: Parameter) -> Any:
    """Return the library's description of a parameter; None if the parameter has a single value."""
    if isinstance(parameter, Int):
        if parameter.log:
            return math.log(parameter.low - 0.5), math.log(parameter.high + 0.5)
        return parameter.low, parameter.high, int
    if isinstance(parameter, Float):
        ends = parameter.low, parameter.high
        return (math.log(ends[0]), math.log(ends[1])) if parameter.log else ends
    last = len(parameter.values) - 1
    if last == 0:
        return None
    if isinstance(parameter, Categorical):
        return tuple(str(place) for place in range(last + 1))
    return 0, last, int


def _to_library(parameter: Parameter, number: Number) -> Any:
    if isinstance(parameter, Categorical):
        return str(number)
    if isinstance(parameter, Float | Int) and parameter.log:
        return math.log(number)
    return number


def _from_library(parameter: Parameter, suggested: Any) -> Number:
    if isinstance(parameter, Categorical):
        return int(suggested)
    if isinstance(parameter, Float | Int) and parameter.log:
        return math.exp(suggested)
    number: Number = suggested
    return number


strategies = {"bayes-opt": GaussianProcess()}
