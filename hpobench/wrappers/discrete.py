"""Problems whose numbers have only a few values left, in their order."""

import math
from dataclasses import dataclass, replace

import numpy as np

from ..parameter import Float, Int, Ordinal, Parameter, default_of
from ..problem import Instance, Problem, Start
from ..space import Space


def discrete(problem: Problem, count: int) -> Problem:
    """Leave each number `count` values, spread evenly over its range or over its logarithm.

    Both ends of the range are among them. A whole number that others depend on stays as it is, and
    so does one that has no more values. The default becomes the nearest value, the lower one on
    ties. The optimum need not be among the values that are left, so none is claimed. There are no
    gradients, because nothing real is left to move. Raises ValueError where nothing can be reduced.
    """
    parents = {parent for parameter in problem.space.values() for parent in parameter.when}
    space = Space(
        {
            name: parameter if name in parents else _reduced(parameter, count)
            for name, parameter in problem.space.items()
        }
    )
    if all(space[name] is parameter for name, parameter in problem.space.items()):
        raise ValueError(f"it has no number of more than {count} values that can be reduced")
    start = _Start(problem.start)
    return replace(
        problem,
        space=space,
        start=start,
        gradient_cost=None,
        about=replace(problem.about, gradient_memory=None, proof=""),
    )


@dataclass(frozen=True, slots=True)
class _Start:
    start: Start

    def __call__(self, rng: np.random.Generator) -> Instance:
        instance = self.start(rng)
        return Instance(instance.evaluate, beliefs=instance.beliefs)


def _reduced(parameter: Parameter, count: int) -> Parameter:
    match parameter:
        case Float():
            reals = [parameter.decode(unit) for unit in np.linspace(0.0, 1.0, count).tolist()]
            return _ordinal(parameter, reals)
        case Int() if parameter.high - parameter.low + 1 > count:
            return _ordinal(parameter, _wholes(parameter, count))
        case _:
            return parameter


def _wholes(parameter: Int, count: int) -> list[int]:
    low, high = parameter.low, parameter.high
    if parameter.log:
        logarithms = np.linspace(math.log(low), math.log(high), count).tolist()
        return [round(math.exp(logarithm)) for logarithm in logarithms]
    return [round(number) for number in np.linspace(low, high, count).tolist()]


def _ordinal(parameter: Float | Int, values: list[float] | list[int]) -> Ordinal:
    place = parameter.encode(default_of(parameter))  # type: ignore[arg-type]  # its own value
    away = [round(abs(parameter.encode(value) - place), 9) for value in values]  # type: ignore[arg-type]  # so are its values
    nearest = values[away.index(min(away))]
    return Ordinal(tuple(dict.fromkeys(values)), default=nearest, when=parameter.when)
