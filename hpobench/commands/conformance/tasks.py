"""Small problems of every kind, on which strategies are checked."""

import math
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import get_args

import numpy as np

from ...parameter import Categorical, Float, Int, Ordinal, Parameter
from ...prior import Belief, Normal, Weights
from ...problem import Evaluation, Instance, Problem
from ...seeds import Stream
from ...space import Space
from ...trial import Fidelity, Proposal
from .values import (
    constant,
    every_other_infinite,
    failing,
    failing_region,
    huge,
    in_turn,
    tiny,
)

REAL = Space({name: Float(0.0, 1.0) for name in "abc"})
NESTED = Space(
    {
        "model": Categorical(("svm", "net", "none")),
        "kernel": Categorical(("rbf", "linear"), when={"model": ("svm",)}),
        "gamma": Float(1e-5, 1.0, log=True, when={"kernel": ("rbf",)}),
        "layers": Int(1, 3, when={"model": ("net",)}),
        "width": Ordinal((8, 16, 32), default=16, when={"layers": (2, 3)}),
    }
)
MIXED = Space(
    {
        "rate": Float(1e-4, 1.0, log=True, default=0.01),
        "depth": Int(1, 12),
        "trees": Int(1, 500, log=True),
        "size": Ordinal((16, 32, 64)),
        "flag": Categorical((True, 1, 1.5, None, "1")),
    }
)
MANY = Space(
    {
        name: parameter
        for i in range(10)
        for name, parameter in (
            (f"rate-{i}", Float(1e-4, 1.0, log=True)),
            (f"depth-{i}", Int(1, 12)),
            (f"size-{i}", Ordinal((16, 32, 64))),
            (f"kind-{i}", Categorical(("a", "b", "c"), when={f"size-{i}": (32, 64)})),
        )
    }
)
EPOCHS = Fidelity(1, 27)
ROWS = Fidelity(100, 900, "rows", resumes=False)
SHARE = Fidelity(0.1, 1.0, "of the data", integer=False)
SIZE = "size"
"""The measure that has a limit in some tasks."""


@dataclass(frozen=True)
class Distance:
    """Starts instances whose values are distances in the unit cube, as `altered` changes them.

    The measure SIZE is the mean of the coordinates, from 0 to 1.
    """

    space: Space
    altered: Callable[[float], float]
    targets: tuple[float, ...] = (0.3,)
    """The coordinate, the same along all parameters, of the best point for each objective."""
    mirrored: bool = False
    """Whether the measure SIZE is 1 minus that mean instead."""
    beliefs: Mapping[str, Belief] | None = None
    """What a person believes of where good configurations are; None: nothing."""

    def __call__(self, _rng: np.random.Generator) -> Instance:
        return Instance(self._evaluate, beliefs=self.beliefs)

    def _evaluate(self, proposal: Proposal, _stream: Stream, _checkpoint: object) -> Evaluation:
        units = dict(zip(self.space, self.space.encode(proposal.config).tolist(), strict=True))
        reals = [k for k in proposal.config if isinstance(self.space[k], Float)]
        active = [units[name] for name in proposal.config]
        rest = 1 / proposal.fidelity if proposal.fidelity else 0.0
        distances = [sum((unit - target) ** 2 for unit in active) for target in self.targets]
        gradient = {name: 2 * (units[name] - self.targets[0]) for name in reals}
        size = sum(active) / len(active)
        return Evaluation(
            values=tuple(self.altered(distance) + rest for distance in distances),
            measures={SIZE: 1 - size if self.mirrored else size},
            gradient=gradient if proposal.gradient else None,
        )


def unaltered(value: float) -> float:
    """Return the value as it is."""
    return value


def _task(
    name: str,
    space: Space,
    altered: Callable[[float], float] = unaltered,
    fidelity: Fidelity | None = None,
    gradient_cost: float | None = None,
) -> Problem:
    start = Distance(space, altered)
    return Problem(name, 1, space, start, fidelity=fidelity, gradient_cost=gradient_cost)


def _of_two(task: Problem, name: str, targets: tuple[float, float] = (0.3, 0.7)) -> Problem:
    """Return a task with two objectives instead of one, which no point minimises both."""
    assert isinstance(task.start, Distance)
    start = replace(task.start, targets=targets)
    return replace(task, name=name, start=start, objectives=("near", "far"))


def _believed(task: Problem, name: str, beliefs: Mapping[str, Belief]) -> Problem:
    """Return a task of which a person believes something."""
    assert isinstance(task.start, Distance)
    return replace(task, name=name, start=replace(task.start, beliefs=beliefs))


def _limited(task: Problem, name: str) -> Problem:
    """Return a task that permits about half of its configurations."""
    return replace(task, name=name, limits={SIZE: 0.5})


def _mirrored(task: Problem) -> Problem:
    """Return a task by the same name that permits the other half of its configurations."""
    assert isinstance(task.start, Distance)
    return replace(task, start=replace(task.start, mirrored=True))


def _single(name: str, parameter: Float | Int | Ordinal | Categorical) -> Problem:
    return _task(name, Space({"only": parameter}))


PLAIN = _task("three reals", REAL)
MIXED_PLAIN = _task("mixed kinds", MIXED)
NESTED_PLAIN = _task("nested conditions", NESTED)
WITH_EPOCHS = _task("three reals, epochs", REAL, unaltered, EPOCHS)
WITH_GRADIENTS = _task("three reals, gradients", REAL, unaltered, None, 3.0)
EVERYTHING = _task("three reals, epochs and gradients", REAL, unaltered, EPOCHS, 2.0)
TWO_OBJECTIVES = _of_two(PLAIN, "three reals, two objectives")
FIRST_ELSEWHERE = _of_two(PLAIN, TWO_OBJECTIVES.name, (0.9, 0.7))
SECOND_ELSEWHERE = _of_two(PLAIN, TWO_OBJECTIVES.name, (0.3, 0.1))
"""The same task, by its name and therefore its luck, but for the values of one objective."""
LIMITED = _limited(PLAIN, "three reals, a limit")
LIMITED_ELSEWHERE = _mirrored(LIMITED)
"""The same task, by its name and its values, but those that exceed the limit keep it."""
SEVERAL = 10
"""A task with more parameters than this has many."""
USUAL = (PLAIN, EVERYTHING, MIXED_PLAIN, NESTED_PLAIN, TWO_OBJECTIVES, LIMITED)
"""The tasks for the promises that take much time to check."""

BELIEFS: Mapping[str, Belief] = {
    "rate": Normal(0.8, 0.1),
    "trees": Normal(0.0, 0.5),
    "flag": Weights((6, 1, 1, 1, 1)),
}
"""What a person believes of the mixed kinds."""
KINDS = (
    PLAIN,
    MIXED_PLAIN,
    _single("a real", Float(-5.0, 5.0)),
    _single("a logarithmic real", Float(1e-5, 10.0, log=True)),
    _single("a whole number", Int(-3, 12)),
    _single("a logarithmic whole number", Int(1, 3, log=True)),
    _single("an ordinal", Ordinal((16, 32, 64))),
    _single("a categorical", Categorical(("a", "b", "c"))),
    _believed(MIXED_PLAIN, "mixed kinds, a person's prior", BELIEFS),
    _task("forty reals", Space({f"x{i}": Float(0.0, 1.0) for i in range(40)})),
)
NARROW = (
    _single("a choice of one value", Categorical(("only",))),
    _single("an ordinal of one value", Ordinal((1,))),
    _single("a choice of two values", Categorical((None, False))),
    _single("a real between neighbours", Float(1.0, math.nextafter(1.0, 2.0))),
    _single("a real of enormous width", Float(-sys.float_info.max / 4, sys.float_info.max / 4)),
    _task(
        "a real beside choices of one value",
        Space({"a": Categorical(("x",)), "b": Float(0.0, 1.0), "c": Ordinal((3,))}),
    ),
)
CONDITIONAL = (
    NESTED_PLAIN,
    _task("nested conditions, shares of the data", NESTED, unaltered, SHARE),
    _task("forty parameters of mixed kinds, epochs", MANY, unaltered, EPOCHS),
    _task("nested conditions, gradients", NESTED, unaltered, None, 1.5),
)
MIXED_EPOCHS = _task("mixed kinds, epochs", MIXED, unaltered, Fidelity(2, 50))
BELIEVED = _believed(MIXED_EPOCHS, "mixed kinds, epochs, a person's prior", BELIEFS)
FIDELITY = (
    WITH_EPOCHS,
    MIXED_EPOCHS,
    _task("mixed kinds, rows", MIXED, unaltered, ROWS),
    BELIEVED,
)
GRADIENTS = (
    WITH_GRADIENTS,
    _task("mixed kinds, gradients", MIXED, unaltered, None, 3.0),
    EVERYTHING,
)
ALL_FAIL = _task("mixed kinds, all fail", MIXED, failing)
FAILURES = (
    _task("three reals, a region fails", REAL, failing_region),
    _task("three reals, epochs and gradients, a region fails", REAL, failing_region, EPOCHS, 2.0),
    _task("three reals, epochs and gradients, all fail", REAL, failing, EPOCHS, 2.0),
    ALL_FAIL,
    _task("mixed kinds, epochs, every other value infinite", MIXED, every_other_infinite, EPOCHS),
)
ENORMOUS = (
    _task("three reals, values around 1e300", REAL, huge),
    _task("three reals, epochs and gradients, values around 1e300", REAL, huge, EPOCHS, 2.0),
    _task("mixed kinds, values around 1e300", MIXED, huge),
    _task("three reals, values around 1e-300", REAL, tiny),
    _task("mixed kinds, epochs, values of 1e300 and 1e-300 in turn", MIXED, in_turn, EPOCHS),
)
TIES = (
    _task("three reals, one value", REAL, constant),
    _task("three reals, epochs and gradients, one value", REAL, constant, EPOCHS, 2.0),
    _task("mixed kinds, one value", MIXED, constant),
    _task("nested conditions, one value", NESTED, constant),
)
OBJECTIVES = (
    TWO_OBJECTIVES,
    _of_two(
        _task("mixed kinds, a region fails", MIXED, failing_region),
        "mixed kinds, two objectives, a region fails",
    ),
)
LIMITS = (
    LIMITED,
    _limited(_of_two(MIXED_EPOCHS, ""), "mixed kinds, epochs, two objectives and a limit"),
)
TASKS: Mapping[str, Problem] = {
    task.name: task
    for group in (
        *(KINDS, FIDELITY, GRADIENTS, CONDITIONAL, NARROW, FAILURES, ENORMOUS, TIES),
        *(OBJECTIVES, LIMITS),
    )
    for task in group
}
"""All tasks by the name that the lines of a check call them."""
EASIEST_FIRST = [TASKS[name] for name in dict.fromkeys((*(each.name for each in USUAL), *TASKS))]
"""All tasks, the usual ones first: most strategies support one of these."""


def simpler(task: Problem) -> list[Problem]:
    """Return the tasks all of whose demands this one makes, too, beside others.

    A run that breaks on one of these tells nothing about the other demands of this task.
    """
    return [each for each in TASKS.values() if _demands(each) < _demands(task)]


def _demands(task: Problem) -> frozenset[object]:
    """Return what a strategy has to cope with: parameters, fidelities, gradients, objectives."""
    parameters, start = task.space.values(), task.start
    found: set[object] = {type(each) for each in parameters}
    if len(found) > 1:
        found = {*get_args(Parameter), "together"}
    assert isinstance(start, Distance)
    if start.altered is not unaltered:
        found.add(start.altered)
    special = {
        "conditions": any(each.when for each in parameters),
        "narrow": task in NARROW,
        "many parameters": len(task.space) > SEVERAL,
        "fidelity": task.fidelity is not None,
        "gradients": task.gradient_cost is not None,
        "several objectives": len(task.objectives) > 1,
        "limits": bool(task.limits),
        "prior": start.beliefs is not None,
    }
    return frozenset({*found, *(name for name, holds in special.items() if holds)})
