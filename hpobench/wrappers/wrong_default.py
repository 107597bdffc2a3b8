"""Problems whose default configuration is a bad one."""

from dataclasses import replace

from ..parameter import Categorical, Float, Int, Ordinal, Parameter, Value, default_of
from ..problem import Problem
from ..space import Space


def with_wrong_default(problem: Problem) -> Problem:
    """Move each parameter's default to the farther end of its range, to the high end on ties."""
    space = Space({name: _moved(parameter) for name, parameter in problem.space.items()})
    return replace(
        problem,
        space=space,
        about=replace(problem.about, defaults="each at the end of its range that lies farther off"),
    )


def _moved(parameter: Parameter) -> Parameter:
    match parameter:
        case Float() | Int():
            upper = parameter.encode(default_of(parameter)) > 0.5 + 1e-9  # type: ignore[arg-type]  # its own value
            far = parameter.low if upper else parameter.high
            return replace(parameter, default=far)  # type: ignore[arg-type]  # an Int's is whole
        case _:
            return replace(parameter, default=_furthest(parameter))


def _furthest(choice: Ordinal | Categorical) -> Value:
    """Return the value farthest from the default in the list; None can only be the first value."""
    place = choice.index(default_of(choice))
    others = [i for i, value in enumerate(choice.values) if i == 0 or value is not None]
    return choice.values[max(others, key=lambda i: (abs(i - place), i))]
