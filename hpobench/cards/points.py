"""Points: configurations that were evaluated outside of runs, to learn about a problem."""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from ..problem import Instance, Problem
from ..seeds import Stream, of_instance
from ..space import Config
from ..trial import Proposal

ETA = 3
"""The ratio of the fidelities (rungs) at which the value of a training is noted."""


@dataclass(frozen=True, slots=True)
class Point:
    """A configuration and its results; value and score are nan if the evaluation failed."""

    config: Config
    value: float
    score: float
    duration: float = math.nan
    """The simulated time of the full evaluation."""
    lower: tuple[float, ...] = ()
    """The values at the rungs below the highest, nan where the evaluation had failed."""


Evaluator = Callable[[Config], Point]


def begun(problem: Problem, place: int) -> tuple[Instance, Stream]:
    """Return an instance, and the stream of random numbers for its survey."""
    instance = problem.start(of_instance(problem.base, place).rng())
    return instance, Stream(("anchors", problem.name, place))


def rungs_of(problem: Problem) -> Sequence[float | None]:
    """Return the fidelities at which the value of a training is noted; None: a full evaluation."""
    return problem.fidelity.rungs(ETA) if problem.fidelity else [None]


def evaluator(
    problem: Problem, instance: Instance, luck: Stream, rungs: Sequence[float | None]
) -> Evaluator:
    """Return a function that evaluates a configuration at these rungs, each time with new luck."""
    count = 0

    def evaluate(config: Config) -> Point:
        nonlocal count
        stream = replace(luck, keys=(*luck.keys, count))
        count += 1
        return evaluated(problem, instance, stream, rungs, config)

    return evaluate


def evaluated(
    problem: Problem,
    instance: Instance,
    stream: Stream,
    rungs: Sequence[float | None],
    config: Config,
) -> Point:
    """Evaluate a configuration at these rungs, which ends with the first exception."""
    values: list[float] = []
    score, duration, checkpoint = math.nan, math.nan, None
    try:
        for step in rungs:
            evaluation = instance.evaluate(Proposal(config, step), stream, checkpoint)
            values.append(evaluation.value)
            checkpoint = evaluation.checkpoint
            score = evaluation.reported
            duration = 1.0 if evaluation.duration is None else evaluation.duration
    except Exception as error:  # noqa: BLE001  # an exception fails the evaluation, as in a run
        print(f"{problem.name}: {error!r} at {config!r}", flush=True)  # noqa: T201  # who rebuilds anchors has to know
    finite = len(values) == len(rungs) and math.isfinite(values[-1]) and math.isfinite(score)
    values += [math.nan] * (len(rungs) - len(values))
    value, score = (values[-1], score) if finite else (math.nan, math.nan)
    return Point(config, value, score, duration, tuple(values[:-1]))


def with_failures_as_worst(pool: Sequence[Point]) -> list[Point]:
    """Give each failure the highest value and the highest score of the pool."""
    done = [point for point in pool if not math.isnan(point.value)]
    value, score = max(point.value for point in done), max(point.score for point in done)
    return [
        replace(point, value=value, score=score) if math.isnan(point.value) else point
        for point in pool
    ]
