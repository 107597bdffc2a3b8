"""Instances: a problem under other names for its coordinates, so that no place is learnt by heart.

Coordinates are flipped, parameters of the same kind and range exchanged, and categories permuted.
All of this keeps the uniform measure and the optimum: random search, and with it the anchors, are
the same in every instance.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TypeAlias

import numpy as np

from ..parameter import Categorical, Float, Int, Ordinal, Parameter, Value, typed
from ..problem import Evaluate, Evaluation, Instance, Problem
from ..seeds import Stream
from ..space import Config, Space
from ..trial import Proposal

Turn: TypeAlias = Callable[[Value], Value]


def instances(problem: Problem, count: int = 30) -> Problem:
    """Wrap a problem, the textbook form, so that `start` draws one of its instances."""
    if problem.gradient_cost is not None:
        raise ValueError(f"instances carry no gradients, which it gives: {problem.name!r}")
    return replace(problem, start=_Start(problem), instances=count, textbook=problem)


Move: TypeAlias = tuple[str, str, Turn | None]
"""A parameter of the textbook form, the parameter of the instance that its value comes from (itself
or one like it), and what is done to the value; None: nothing."""


@dataclass(frozen=True, slots=True)
class Relabelling:
    """Turns an instance's configurations into those of the textbook form."""

    moves: tuple[Move, ...]
    """The moves, in the order of the space."""

    def __call__(self, config: Config) -> Config:
        return {
            name: turn(config[source]) if turn else config[source]
            for name, source, turn in self.moves
            if source in config
        }

    def back(self, space: Space, config: Config) -> Config:
        """Return the instance's configuration that is turned into one of the textbook form."""
        found = {
            source: _origin(space[source], turn, config[name]) if turn else config[name]
            for name, source, turn in self.moves
            if name in config
        }
        return {name: found[name] for name in space if name in found}


def relabelling(space: Space, rng: np.random.Generator) -> Relabelling:
    """Draw flips and permutations of a space; a parameter that others depend on stays as it is."""
    parents = {parent for parameter in space.values() for parent in parameter.when}
    alike: dict[str, list[str]] = {}
    for name, parameter in space.items():
        # repr tells 1 from True, which == doesn't
        alike.setdefault(name if name in parents else repr(parameter), []).append(name)
    sources: dict[str, str] = {}
    for names in alike.values():
        order: list[int] = rng.permutation(len(names)).tolist()
        sources |= {name: names[i] for name, i in zip(names, order, strict=True)}
    return Relabelling(
        tuple(
            (name, sources[name], None if name in parents else _turn(parameter, rng))
            for name, parameter in space.items()
        )
    )


def _turn(parameter: Parameter, rng: np.random.Generator) -> Turn | None:
    """Draw a change of a parameter's values that keeps its uniform measure; None: they stay.

    For an Int with a logarithmic range there is no such change.
    """
    if isinstance(parameter, Categorical):
        values = parameter.values
        return _lookup(values, tuple(values[i] for i in rng.permutation(len(values))))
    if rng.random() < 0.5:
        return None
    match parameter:
        case Float(log=True):
            return _inverted(parameter)
        case Float() | Int(log=False):
            return _flipped(parameter)
        case Ordinal():
            return _lookup(parameter.values, parameter.values[::-1])
        case Int():
            return None


def _origin(parameter: Parameter, turn: Turn, value: Value) -> Value:
    """Return what a turn takes to a value; for numbers and ordinals, it is its own inverse."""
    if not isinstance(parameter, Categorical):
        return turn(value)
    return next(each for each in parameter.values if typed(turn(each)) == typed(value))


def _flipped(parameter: Float | Int) -> Turn:
    low, high = parameter.low, parameter.high
    ends = low + high

    def turn(value: Value) -> Value:
        return min(max(ends - value, low), high)  # type: ignore[operator]  # the space checked it

    return turn


def _inverted(parameter: Float) -> Turn:
    low, high = parameter.low, parameter.high
    ends = low * high

    def turn(value: Value) -> Value:
        return min(max(ends / value, low), high)  # type: ignore[operator]  # the space checked it

    return turn


def _lookup(values: tuple[Value, ...], others: tuple[Value, ...]) -> Turn:
    table = {typed(value): other for value, other in zip(values, others, strict=True)}
    return lambda value: table[typed(value)]


@dataclass(frozen=True, slots=True)
class _Start:
    problem: Problem

    def __call__(self, rng: np.random.Generator) -> Instance:
        relabel = relabelling(self.problem.space, rng)
        instance = self.problem.start(rng)
        if instance.beliefs is not None:
            raise ValueError(f"instances carry no beliefs, which it states: {self.problem.name!r}")
        best = instance.minimiser
        return Instance(
            _Evaluate(instance.evaluate, relabel),
            instance.optimum,
            minimiser=None if best is None else relabel.back(self.problem.space, best),
        )


@dataclass(frozen=True, slots=True)
class _Evaluate:
    evaluate: Evaluate
    relabel: Relabelling

    def __call__(self, proposal: Proposal, stream: Stream, checkpoint: object, /) -> Evaluation:
        config = self.relabel(proposal.config)
        moved = Proposal(config, proposal.fidelity, proposal.resume, proposal.gradient)
        return self.evaluate(moved, stream, checkpoint)
