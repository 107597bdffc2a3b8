"""What every problem promises that gives gradients."""

import tracemalloc
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import NoReturn

import numpy as np

from ...parameter import Float, Units
from ...problem import Problem
from ...space import Config
from ...trial import Proposal
from .allowance import OutOfTime
from .evaluations import EVALUATION, Evaluations
from .in_short import in_short, listed
from .promise import Broken, Inapplicable, Promise, Skipped
from .wrong_slopes import Slopes, likely_cause

POINTS = 3
"""How many configurations are looked at."""
STEP = 1e-4
"""The step of the differences, in the unit cube. Rounding is small beside it, and half the step
shows the error of the step itself."""
SMOOTH = 0.01
"""The share of itself by which a difference may change with half the step; if it changes by more,
the value has a kink."""
CLOSE = 1e-4
"""The share by which a slope may be wrong. No optimiser notices so little; a wrong sign, a
forgotten range or a forgotten logarithm is wrong by far more."""
ROUNDING = 1e-9
"""How far differences may be off, as a share of the value: by rounding, which is about 1e-12, and
by the tolerance of a solver."""
MEMORY = 1.5
"""How many times the declared memory an evaluation may take. The buffers of two versions of a
library differ by less than this."""


def gives(evaluations: Evaluations) -> None:
    """Check which parameters a gradient is by, and that asking for it changes no value."""
    sound = 0
    units, dear = _points(evaluations), evaluations.kind(_with_gradient(evaluations))
    for unit in evaluations.allowance.over(dear, units, times=2):
        config = evaluations.problem.space.decode(unit)
        without = evaluations.first(evaluations.proposal(config))
        having = evaluations.first(evaluations.proposal(config, gradient=True))
        if without.evaluation is None:
            continue
        sound += 1
        if having.evaluation is None:
            right = f"slopes of all active reals: {listed(_reals(evaluations, config))}"
            raise Broken(in_short(config), having.error, right)
        if abs(having.value - without.value) > 1e-12 * abs(without.value):  # another order of sums
            seen = f"the value {having.value!r}, without the gradient {without.value!r}"
            raise Broken(in_short(config), seen, "the same value, but for rounding")
    if not sound:
        raise Skipped("its evaluations fail")


def slopes(evaluations: Evaluations) -> None:
    """Compare gradients with central differences along diagonals, which depend on all slopes.

    An evaluation fails where slopes are missing or are none of an active real parameter: `gives`.
    """
    units = _points(evaluations)
    given = smooth = 0
    rng = np.random.default_rng(1)
    for unit in evaluations.allowance.over(EVALUATION, units, times=5):
        gradient, signs = _gradient(evaluations, unit), rng.choice((-1.0, 1.0), len(unit))
        if not gradient:
            continue
        given += 1
        diagonal = dict(zip(evaluations.problem.space, signs.tolist(), strict=True))
        along = {name: diagonal[name] for name in gradient}
        differences = _difference(evaluations, unit, along)
        smooth += differences is not None
        if differences is not None and not differences.confirms(gradient):
            _blame(evaluations, unit, gradient)
    if not given:
        raise Skipped("its evaluations with a gradient fail, or give no slope")
    if not smooth:
        raise Skipped("its value has a kink, or fails, at all points that were tried")


def memory(evaluations: Evaluations) -> str:
    declared = _problem_with_gradients(evaluations).about.gradient_memory
    if declared is None:
        raise Inapplicable("it declares no memory")
    asked = evaluations.fullest(_with_gradient(evaluations))
    evaluations.allowance.need(evaluations.kind(asked), times=3)  # to trace memory takes its time
    evaluations.first(asked)  # what is imported or remembered once is no evaluation's
    tracemalloc.start()
    try:
        evaluations.evaluate(asked)
        megabytes = tracemalloc.get_traced_memory()[1] / 1e6
    finally:
        tracemalloc.stop()
    where = evaluations.at(asked)
    seen = f"a peak of {megabytes:.1f} MB{where}, it declares {declared:g}"
    if megabytes > MEMORY * declared:
        right = f"gradient_memory={megabytes:.2g}"
        raise Broken(f"its default configuration{where}", seen, right)
    return seen


GRADIENTS: Sequence[Promise[Evaluations]] = (
    Promise("reals", "It gives slopes for all active real parameters, and the same value.", gives),
    Promise("slopes", "Its slopes agree with differences of the value, in the unit cube.", slopes),
    Promise("memory", "A gradient takes no more memory than it declares.", memory),
)


def _problem_with_gradients(evaluations: Evaluations) -> Problem:
    if evaluations.problem.gradient_cost is None:
        raise Inapplicable("it gives no gradient")
    return evaluations.problem


def _points(evaluations: Evaluations) -> list[Units]:
    """Return points of the unit cube away from its faces; raises Skipped without gradients."""
    space = _problem_with_gradients(evaluations).space
    rng = np.random.default_rng(0)
    points: list[Units] = [rng.uniform(0.1, 0.9, len(space)) for _ in range(POINTS)]
    return points


def _with_gradient(evaluations: Evaluations) -> Proposal:
    """Return a proposal of the default configuration that asks for the gradient."""
    return evaluations.proposal(evaluations.problem.space.default(), gradient=True)


def _reals(evaluations: Evaluations, config: Config) -> list[str]:
    space = evaluations.problem.space
    return [name for name in config if isinstance(space[name], Float)]


def _gradient(evaluations: Evaluations, unit: Units) -> Mapping[str, float]:
    """Return the slopes of the active reals at a point; empty: the evaluation fails."""
    config = evaluations.problem.space.decode(unit)
    made = evaluations.first(evaluations.proposal(config, gradient=True)).evaluation
    return {} if made is None else made.gradient or {}


@dataclass(frozen=True, slots=True)
class _Difference:
    """The slope of the value along a direction, by differences."""

    along: Mapping[str, float]
    """The direction; the coordinates of all other parameters stay as they are."""
    slope: float
    error: float
    """How far the slope may be off."""

    def confirms(self, gradient: Mapping[str, float]) -> bool:
        """Tell whether slopes agree with this one along its direction."""
        terms = [gradient[name] * step for name, step in self.along.items()]
        wrong = abs(sum(terms) - self.slope)
        return bool(wrong <= CLOSE * sum(map(abs, terms)) + self.error)


def _difference(
    evaluations: Evaluations, unit: Units, along: Mapping[str, float]
) -> _Difference | None:
    """Return the slope along a direction, by four evaluations; None: the value has a kink."""
    space = evaluations.problem.space
    direction = np.array([along.get(name, 0.0) for name in space])

    def central(step: float) -> float:
        ahead, behind = (
            evaluations.evaluate(evaluations.proposal(space.decode(unit + way * step * direction)))
            for way in (1, -1)
        )
        return (ahead.value - behind.value) / (2 * step)

    wide, narrow = central(STEP), central(STEP / 2)
    value = evaluations.first(evaluations.proposal(space.decode(unit))).value
    rounding, change = ROUNDING * abs(value), abs(wide - narrow)
    if not change <= SMOOTH * abs(narrow) + rounding:  # also where one of them is nan
        return None
    slope = (4 * narrow - wide) / 3  # the error of the step cancels to the fourth order
    return _Difference(along, slope, 2 * change + rounding)


def _blame(evaluations: Evaluations, unit: Units, gradient: Mapping[str, float]) -> NoReturn:
    """Raise Broken for the parameters whose own slopes are wrong, as far as there is time."""
    config = evaluations.problem.space.decode(unit)
    wrong: dict[str, float] = {}
    with suppress(OutOfTime):
        for name in evaluations.allowance.over(EVALUATION, list(gradient), times=4):
            alone = _difference(evaluations, unit, {name: 1.0})
            if alone is not None and not alone.confirms(gradient):
                wrong[name] = alone.slope
    right = "the slope by the coordinate in the unit cube, from 0 to 1"
    if not wrong:
        raise Broken(in_short(config), "slopes that differences do not confirm", right)
    first, *others = wrong
    seen = f"the slope of {first!r} is {gradient[first]:g}, differences give {wrong[first]:g}"
    if others:
        seen += f"; also wrong: {listed(others)}"
    here = Slopes(_value(config, first), gradient[first], wrong[first])
    cause = _cause(evaluations, first, unit, here)
    raise Broken(in_short(config, first), seen, f"{right}; {cause}" if cause else right)


def _cause(evaluations: Evaluations, name: str, unit: Units, here: Slopes) -> str:
    """Say what is likely wrong with the slopes of a parameter, by all points there is time for."""
    space, found = evaluations.problem.space, [here]
    parameter = space[name]
    assert isinstance(parameter, Float)
    others = [each for each in _points(evaluations) if not np.array_equal(each, unit)]
    with suppress(OutOfTime):
        for point in evaluations.allowance.over(EVALUATION, others, times=5):
            gradient = _gradient(evaluations, point)
            alone = _difference(evaluations, point, {name: 1.0}) if name in gradient else None
            if alone is not None:
                value = _value(space.decode(point), name)
                found.append(Slopes(value, gradient[name], alone.slope))
    return likely_cause(parameter, found)


def _value(config: Config, name: str) -> float:
    """Return the value of a real parameter."""
    value = config[name]
    assert isinstance(value, float)
    return value
