"""Problems whose ranges are moved, so that the optimum is as likely in one place as in another."""

import math
import sys
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TypeAlias, cast

import numpy as np

from ..parameter import Float, Int, Parameter, Value
from ..problem import Evaluate, Evaluation, Instance, Problem, Start
from ..seeds import Stream
from ..space import Config, Space
from ..trial import Proposal
from .fitting import NO_MINIMISER, UnfitError
from .instances import instances

MARGIN = 0.1
"""The share of a range at each of its ends in which the optimum is never placed."""
SMALLEST, LARGEST = math.log(sys.float_info.min), math.log(sys.float_info.max)
"""The logarithms of the smallest and of the largest number."""
Shift: TypeAlias = Callable[[Value], Value]


def moved(problem: Problem) -> Problem:
    """Move the range of each number, its width kept, so that the optimum is anywhere inside.

    In each instance, and for each number, the optimum's coordinate in the unit interval is drawn
    uniformly from the middle four fifths. The space that a strategy sees stays as it is: a value
    has a constant added to it (or is multiplied by one, where the range is logarithmic) before the
    function is evaluated, which therefore also gets values beyond the published ranges. These stay:
    whole numbers with a logarithmic range, ordinals, categories, what others depend on, and what is
    inactive at the optimum. Raises ValueError where the function does not go on beyond its ranges,
    or where there is nothing to move.
    """
    form = problem.textbook or problem
    if not form.about.extends:
        raise ValueError(
            "its ranges can't be moved: beyond them it is not defined, or may be below its optimum"
        )
    movable = [name for name in form.space if _is_movable(form.space, name)]
    if not movable:
        raise ValueError("it has no number whose range can be moved")
    for name in movable:
        if not _has_room(form.space[name]):
            raise ValueError(f"the range of {name!r} can't be moved, beyond it are no numbers")
    anew = replace(form, start=_Start(form.start, form.space))
    return anew if problem.textbook is None else instances(anew, problem.instances)


@dataclass(frozen=True, slots=True)
class _Start:
    start: Start
    space: Space

    def __call__(self, rng: np.random.Generator) -> Instance:
        instance = self.start(rng)
        if instance.minimiser is None:
            raise UnfitError(f"its ranges are moved by where its optimum is, and {NO_MINIMISER}")
        if instance.beliefs is not None:
            raise UnfitError("the ranges of a problem can't be moved whose instances state beliefs")
        best = dict(instance.minimiser)
        shifts: dict[str, Shift] = {}
        for name in instance.minimiser:
            parameter = self.space[name]
            if isinstance(parameter, Float | Int) and _is_movable(self.space, name):
                place = parameter.decode(rng.uniform(MARGIN, 1 - MARGIN))
                shifts[name] = _shift(parameter, place, best[name])
                best[name] = place
        evaluate = _Evaluate(instance.evaluate, shifts)
        return replace(instance, evaluate=evaluate, minimiser=best)


def _is_movable(space: Space, name: str) -> bool:
    parameter = space[name]
    if any(name in other.when for other in space.values()):
        return False
    return isinstance(parameter, Float) or (isinstance(parameter, Int) and not parameter.log)


def _has_room(parameter: Parameter) -> bool:
    """Tell whether all numbers in a range that is moved by its own width are finite, and not 0."""
    if not isinstance(parameter, Float):
        return True  # whole numbers have no end
    low, high = parameter.low, parameter.high
    if parameter.log:
        width = math.log(high) - math.log(low)
        return math.log(high) + width < LARGEST and math.log(low) - width > SMALLEST
    return math.isfinite(high + (high - low)) and math.isfinite(low - (high - low))


def _shift(parameter: Parameter, place: float, value: Value) -> Shift:
    """Return what takes a value of a range to a value of the moved one, and `place` to `value`."""
    best = cast("float", value)
    if isinstance(parameter, Float) and parameter.log:
        factor = best / place
        return lambda given: cast("float", given) * factor
    added = best - place
    return lambda given: cast("float", given) + added


@dataclass(frozen=True, slots=True)
class _Evaluate:
    evaluate: Evaluate
    shifts: dict[str, Shift]

    def __call__(self, proposal: Proposal, stream: Stream, checkpoint: object, /) -> Evaluation:
        config: Config = {
            name: self.shifts[name](value) if name in self.shifts else value
            for name, value in proposal.config.items()
        }
        return self.evaluate(replace(proposal, config=config), stream, checkpoint)
