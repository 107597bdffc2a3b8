"""What every problem promises that gives gradients."""

import tracemalloc
from collections.abc import Mapping, Sequence

import numpy as np

from ...errors import shown
from ...parameter import Float, Units
from ...problem import Problem
from ...space import Config
from ...trial import Proposal
from .evaluations import EVALUATION, Evaluations
from .promise import Broken, Promise, Skipped

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
            raise Broken(shown(config), having.error, "a gradient where proposal.gradient is true")
        reals = _reals(evaluations, config)
        if set(having.evaluation.gradient or ()) != set(reals):
            seen = f"a gradient by {', '.join(having.evaluation.gradient or ())}"
            raise Broken(shown(config), seen, f"by all active reals: {', '.join(reals)}")
        if abs(having.value - without.value) > 1e-12 * abs(without.value):  # another order of sums
            seen = f"the value {having.value!r}, without the gradient {without.value!r}"
            raise Broken(shown(config), seen, "the same value, but for rounding")
    if not sound:
        raise Skipped("its evaluations fail")


def slopes(evaluations: Evaluations) -> None:
    """Compare gradients with central differences along diagonals, which depend on all slopes."""
    units = _points(evaluations)
    smooth, rng = 0, np.random.default_rng(1)
    for unit in evaluations.allowance.over(EVALUATION, units, times=5):
        asked = evaluations.proposal(evaluations.problem.space.decode(unit), gradient=True)
        made = evaluations.first(asked).evaluation
        if made is None or not made.gradient:
            continue
        signs = rng.choice((-1.0, 1.0), len(unit))
        diagonal = dict(zip(evaluations.problem.space, signs.tolist(), strict=True))
        agree = _agree(evaluations, unit, diagonal, made.gradient)
        smooth += agree is not None
        if agree is False:
            _blame(evaluations, unit, made.gradient)
            right = "the slopes of the value by the unit-cube coordinates"
            raise Broken(shown(asked.config), "slopes that differences do not confirm", right)
    if not smooth:
        raise Skipped("its value has a kink, or fails, at all points that were tried")


def memory(evaluations: Evaluations) -> str:
    declared = _problem_with_gradients(evaluations).about.gradient_memory
    if declared is None:
        raise Skipped("it declares no memory")
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
        raise Skipped("it gives no gradient")
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


def _agree(
    evaluations: Evaluations, unit: Units, along: Mapping[str, float], gradient: Mapping[str, float]
) -> bool | None:
    """Tell whether slopes agree with differences along a direction; None: the value has a kink."""
    wide, narrow = (_difference(evaluations, unit, along, step) for step in (STEP, STEP / 2))
    value = evaluations.first(evaluations.proposal(evaluations.problem.space.decode(unit))).value
    rounding, change = ROUNDING * abs(value), abs(wide - narrow)
    if not change <= SMOOTH * abs(narrow) + rounding:  # also where one of them is nan
        return None
    terms = [slope * along[name] for name, slope in gradient.items()]
    differences = (4 * narrow - wide) / 3  # the error of the step cancels to the fourth order
    wrong = abs(sum(terms) - differences)
    return bool(wrong <= CLOSE * sum(map(abs, terms)) + 2 * change + rounding)


def _difference(
    evaluations: Evaluations, unit: Units, along: Mapping[str, float], step: float
) -> float:
    """Return the central difference of the value along a direction of the active reals."""
    space = evaluations.problem.space
    reals = _reals(evaluations, space.decode(unit))
    direction = np.array([along.get(name, 0.0) if name in reals else 0.0 for name in space])
    ahead, behind = (
        evaluations.evaluate(evaluations.proposal(space.decode(unit + way * step * direction)))
        for way in (1, -1)
    )
    return (ahead.value - behind.value) / (2 * step)


def _blame(evaluations: Evaluations, unit: Units, gradient: Mapping[str, float]) -> None:
    """Raise Broken for the first parameter whose own slope is wrong, as far as there is time."""
    config = evaluations.problem.space.decode(unit)
    for name in evaluations.allowance.over(EVALUATION, list(gradient), times=4):
        if _agree(evaluations, unit, {name: 1.0}, {name: gradient[name]}) is False:
            slope = _difference(evaluations, unit, {name: 1.0}, STEP)
            seen = f"the slope of {name!r} is {gradient[name]:g}, differences give {slope:g}"
            raise Broken(
                shown(config), seen, "by its unit-cube coordinate: times its range or logarithm"
            )
