"""A default configuration that is a bad one."""

from dataclasses import replace

from ..parameter import Categorical, Float, Int, Ordinal, Parameter, Value
from ..problem import Problem
from ..space import Space


def with_wrong_default(problem: Problem) -> Problem:
    """Move each parameter's default as far away as its range goes, to the high end on ties."""
    space = Space({name: _moved(parameter) for name, parameter in problem.space.items()})
    return replace(problem, space=space, defaults="each at the end of its range that is far off")


def _moved(parameter: Parameter) -> Parameter:
    match parameter:
        case Float() | Int():
            default = parameter.decode(0.5) if parameter.default is None else parameter.default
            upper = parameter.encode(default) > 0.5 + 1e-9  # type: ignore[arg-type]  # an Int's is whole
            far = parameter.low if upper else parameter.high
            return replace(parameter, default=far)  # type: ignore[arg-type]  # an Int's is whole
        case _:
            return replace(parameter, default=_furthest(parameter))


def _furthest(choice: Ordinal | Categorical) -> Value:
    """Return the last or the first value, or the next to it: None can only be the first."""
    place = 0 if choice.default is None else choice.index(choice.default)
    others = [i for i, value in enumerate(choice.values) if i == 0 or value is not None]
    return choice.values[max(others, key=lambda i: (abs(i - place), i))]
